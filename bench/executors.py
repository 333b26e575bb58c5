"""What scale-out gains and what a loss costs: wall seconds, CPU seconds, seconds to recover.

Run ``python bench/executors.py [--ray]``; ``--ray`` needs the extra ``ray``. Prints rows as JSON.
Timings depend on how busy the machine is, so read CPU seconds beside wall seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import executor_jobs
import numpy as np

from narrows.executors import Executor, Job, Processes, RayCluster, Run, Serial
from narrows.planning import Problem, curve, packaged_instance, relax, with_scaled_cap

FACTORS = tuple(float(f) for f in np.linspace(0.25, 4.0, 16))
HURT = 7
"""The job whose worker or node is taken away: the last, so that its next try need not queue."""

SILENCE_S = 100.0
"""After this a silent node is ended for good, so that the bench leaves nothing behind."""


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Return wall and CPU seconds, children included once they have ended."""
    before, began = _cpu_s(), time.perf_counter()
    work()
    return {
        "wall_s": round(time.perf_counter() - began, 2),
        "cpu_s": round(_cpu_s() - before, 2),
    }


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def sweep_rows(executors: dict[str, Executor]) -> list[dict[str, Any]]:
    """Time 16 re-solves of the packaged instance, warm from the base plan and cold."""
    problem = packaged_instance()
    base = relax(problem)

    def at(factor: float) -> Problem:
        return with_scaled_cap(problem, "import_cap", factor)

    def walk() -> None:
        curve("cap", at, FACTORS, base=base, base_value=1.0)

    rows = [{"name": "sweep_16_curve_warm_neighbours", **measured(walk)}]
    for start, kind in ((base.basis, "from_base"), (None, "cold")):
        jobs = [
            Job(key=f"{factor:g}", work=executor_jobs.point, arguments=(factor, start))
            for factor in FACTORS
        ]
        rows += compared(f"sweep_16_{kind}", jobs, executors)
    return rows


def policy_rows(executors: dict[str, Executor]) -> list[dict[str, Any]]:
    """Time eight policies of twelve quarters, trained and replayed on 200 futures each."""
    jobs = [Job(key=f"seed {s}", work=executor_jobs.policy, arguments=(s,)) for s in range(8)]
    return compared("policies_8", jobs, executors)


def compared(
    name: str, jobs: list[Job[Any]], executors: dict[str, Executor]
) -> list[dict[str, Any]]:
    """Run jobs on each executor and say whether the results are equal to the bit."""
    rows, first = [], None
    for where, executor in executors.items():
        found: list[Run[Any]] = []
        row = measured(lambda executor=executor, found=found: found.append(executor.run(jobs)))
        first = first or found[0]
        rows.append({"name": f"{name}_{where}", **row, "equal": found[0] == first})
    return rows


def loss_row(name: str, executor: Executor, harm: Callable[[int, str], None]) -> dict[str, Any]:
    """Harm one job's worker and time from the harm to the start of its next try."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = [
            Job(key=f"{i}", work=executor_jobs.logged, arguments=(f"{folder}/{i}", 1.0 + i / 8))
            for i in range(8)
        ]
        log, when = Path(folder) / f"{HURT}", []

        def strike() -> None:
            while not log.exists() or not log.read_text().endswith("\n"):
                time.sleep(0.01)
            _, pid, node = log.read_text().split()
            when.append(time.time())
            harm(int(pid), node)

        thread = threading.Thread(target=strike)
        thread.start()
        run = executor.run(jobs)
        thread.join()
        again = float(log.read_text().splitlines()[1].split()[0])
    expected = tuple(executor_jobs.point(1.0 + i / 8, None, quarters=6) for i in range(8))
    return {
        "name": name,
        "recovery_s": round(again - when[0], 2),
        "results": len(run.done),
        "retried": run.retried,
        "equal": run.values() == expected,
    }


def kill(pid: int, _node: str) -> None:
    """End a worker process."""
    os.kill(pid, signal.SIGKILL)


def ray_rows() -> list[dict[str, Any]]:
    """Measure on a cluster of a head and two nodes, with Ray's own health-check periods."""
    import ray
    from ray.cluster_utils import Cluster

    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
    )
    for _ in range(2):
        cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    executor = RayCluster(address=cluster.address)

    def remove(_pid: int, lost: str) -> None:
        (node,) = (node for node in cluster.worker_nodes if node.node_id == lost)
        cluster.remove_node(node, allow_graceful=False)

    rows = policy_rows({"serial": Serial(), "ray_2_nodes": executor})
    rows += [loss_row("worker_killed_ray", executor, kill)]
    rows += [loss_row("node_lost_ray", executor, remove)]
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    rows += [loss_row("node_silent_ray", executor, fall_silent)]
    ray.shutdown()
    cluster.shutdown()
    return rows


def fall_silent(pid: int, _node: str) -> None:
    """Stop a worker and its node as a cut cable would: no connection is closed."""
    raylet = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    for one in (raylet, pid):
        os.kill(one, signal.SIGSTOP)
    threading.Timer(SILENCE_S, os.kill, (raylet, signal.SIGKILL)).start()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ray", action="store_true", help="measure a Ray cluster instead")
    if parser.parse_args().ray:
        rows = ray_rows()
    else:
        local: dict[str, Executor] = {"serial": Serial(), "processes_2": Processes(workers=2)}
        rows = sweep_rows(local) + policy_rows(local)
        rows += [loss_row("worker_killed_processes", Processes(workers=2), kill)]
    json.dump({"rows": rows}, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
