"""Jobs of ``bench/executors.py``, in a module that every worker can import."""

from __future__ import annotations

import os
import time
from pathlib import Path

from narrows.planning import (
    TrainOptions,
    mean_cost,
    packaged_graph,
    packaged_instance,
    relax,
    replay,
    sample_futures,
    train,
    with_scaled_cap,
)
from narrows.planning.basis import Basis

NAP_S = 1.0


def point(factor: float, start: Basis | None, quarters: int = 12) -> float:
    """Return the cost of the relaxation at a scaled cap."""
    problem = with_scaled_cap(packaged_instance(quarters=quarters), "import_cap", factor)
    return relax(problem, start).objective


def policy(seed: int) -> tuple[float, float]:
    """Return the bound and the upper limit of a policy of twelve quarters."""
    graph = packaged_graph(regimes=4, shocks=4)
    trained = train(graph, TrainOptions(iterations=40))
    return trained.bound, mean_cost(
        graph, replay(trained, sample_futures(graph, 200, seed=seed))
    ).upper


def logged(log: str, factor: float) -> float:
    """Write when and where each try begins, compute a point, and stay a second."""
    with Path(log).open("a") as file:
        file.write(f"{time.time()} {os.getpid()} {_node()}\n")
    cost = point(factor, None, quarters=6)
    time.sleep(NAP_S)
    return cost


def _node() -> str:
    try:
        import ray
    except ModuleNotFoundError:
        return "here"
    return ray.get_runtime_context().get_node_id() if ray.is_initialized() else "here"
