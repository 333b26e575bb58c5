"""Scale-out: one executor interface over this process, local processes and a Ray cluster."""

from narrows.planning.executors.choice import Backend, choose_executor
from narrows.planning.executors.errors import ExecutorError, JobError
from narrows.planning.executors.executor import Executor
from narrows.planning.executors.job import Job, job_seed
from narrows.planning.executors.limits import JOBS_MAX, SECONDS_A_JOB, TRIES, WORKERS_MAX, Limits
from narrows.planning.executors.outcome import Cause, Done, Failure, Outcome, Run
from narrows.planning.executors.processes import Processes
from narrows.planning.executors.ray_cluster import RayCluster
from narrows.planning.executors.reweight import Reweighted, reweighted
from narrows.planning.executors.serial import Serial

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
