"""Scale-out: one executor interface over this process, local processes and a Ray cluster."""

from narrows.executors.choice import Backend, choose_executor
from narrows.executors.errors import ExecutorError, JobError
from narrows.executors.executor import Executor
from narrows.executors.job import Job, job_seed
from narrows.executors.limits import JOBS_MAX, SECONDS_A_JOB, TRIES, WORKERS_MAX, Limits
from narrows.executors.outcome import Cause, Done, Failure, Outcome, Run
from narrows.executors.processes import Processes
from narrows.executors.ray_cluster import RayCluster
from narrows.executors.reweight import Reweighted, reweighted
from narrows.executors.serial import Serial

__all__ = [
    "JOBS_MAX",
    "SECONDS_A_JOB",
    "TRIES",
    "WORKERS_MAX",
    "Backend",
    "Cause",
    "Done",
    "Executor",
    "ExecutorError",
    "Failure",
    "Job",
    "JobError",
    "Limits",
    "Outcome",
    "Processes",
    "RayCluster",
    "Reweighted",
    "Run",
    "Serial",
    "choose_executor",
    "job_seed",
    "reweighted",
]
