"""Several Ray nodes on one machine: a killed worker and a lost node change no result.

Needs the extra ``ray``; see docs/scale-out.md for the command.
"""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from tests.planning.executors import work

from narrows.planning.executors import Cause, Failure, Job, JobError, Limits, RayCluster, Serial
from narrows.planning.executors.ray_cluster import import_ray

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]
ROOT = Path(__file__).parents[3]
QUICK = {
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 1000,
    "health_check_timeout_ms": 2000,
    "health_check_failure_threshold": 3,
}
"""A lost node is noticed in seconds, where Ray's own settings take a minute."""


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    ray = import_ray()
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "include_dashboard": False, "_system_config": QUICK}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    for _ in range(2):
        cluster.add_node(num_cpus=2)
    cluster.wait_for_nodes()
    yield cluster
    if ray.is_initialized():
        ray.shutdown()
    cluster.shutdown()


def _planning_jobs():
    sweep = [
        Job(key=f"cap x {1 + i / 8}", work=work.cap_cost, arguments=(6, 1 + i / 8))
        for i in range(8)
    ]
    policies = [Job(key=f"seed {s}", work=work.policy_cost, arguments=(s,)) for s in range(8)]
    return sweep + policies


def _marked(jobs, folder):
    return [
        Job(
            key=job.key,
            work=work.on_ray,
            arguments=(str(folder / f"{place}"), job.work, *job.arguments),
        )
        for place, job in enumerate(jobs)
    ]


def _wait_for(file):
    while not file.exists() or not file.read_text():
        time.sleep(0.02)
    pid, node = file.read_text().split()
    return int(pid), node


def test_a_killed_worker_and_a_lost_node_change_no_result(cluster, tmp_path):
    jobs = _planning_jobs()
    expected = Serial().run(jobs).values()

    def harm():
        pid, _ = _wait_for(tmp_path / "2")
        os.kill(pid, signal.SIGKILL)
        _, lost = _wait_for(tmp_path / "7")
        (node,) = (node for node in cluster.worker_nodes if node.node_id == lost)
        cluster.remove_node(node, allow_graceful=False)

    saboteur = threading.Thread(target=harm)
    saboteur.start()
    run = RayCluster(address=cluster.address).run(_marked(jobs, tmp_path))
    saboteur.join()
    assert run.values() == expected
    assert run.outcomes[2].tries == 2
    assert run.outcomes[7].tries == 2
    assert len(cluster.worker_nodes) == 1


def test_a_node_that_falls_silent_is_given_up(cluster, tmp_path):
    jobs = _planning_jobs()[:4]
    stopped = []

    def fall_silent():
        pid, _ = _wait_for(tmp_path / "3")
        raylet = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        stopped.extend((raylet, pid))
        for one in stopped:
            os.kill(one, signal.SIGSTOP)

    saboteur = threading.Thread(target=fall_silent)
    saboteur.start()
    run = RayCluster(address=cluster.address).run(_marked(jobs, tmp_path))
    saboteur.join()
    for one in stopped:
        os.kill(one, signal.SIGKILL)
    assert run.values() == Serial().run(jobs).values()
    assert run.outcomes[3].tries == 2


def test_what_fails_on_ray_is_reported_as_elsewhere(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    jobs = [
        Job(key="poison", work=work.die, arguments=(0,)),
        Job(key="refused", work=work.refuse, arguments=("price",)),
        Job(key="long", work=work.sleep, arguments=(60.0,)),
        Job(key="threads", work=work.omp_threads),
    ]
    run = RayCluster(workers=2).run(jobs, Limits(seconds=5.0, tries=2))
    found = [
        (one.cause, one.tries) if isinstance(one, Failure) else one.value for one in run.outcomes
    ]
    assert found == [(Cause.GONE, 2), (Cause.RAISED, 1), (Cause.OVERRAN, 2), "1"]
    with pytest.raises(JobError, match="job 'slip' holds a bug: KeyError"):
        RayCluster(workers=1).run([Job(key="slip", work=work.bug)])
