"""Jobs of these tests: functions that a worker can import."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from narrows.core import RefusalError
from narrows.planning import (
    TrainOptions,
    mean_cost,
    merge_alike_sites,
    packaged_graph,
    packaged_instance,
    relax,
    replay,
    sample_futures,
    train,
    with_porting_plan,
    with_scaled_cap,
)


def draw(seed):
    return float(np.random.default_rng(seed).normal())


def slow_first(place, seconds):
    time.sleep(seconds)
    return place


def say_where(mark, value, seconds):
    """Write which process works, then take some time."""
    Path(mark).write_text(str(os.getpid()))
    time.sleep(seconds)
    return value


def on_ray(mark, function, *arguments):
    """Write process and node, compute, and stay long enough to be hit."""
    import ray

    node = ray.get_runtime_context().get_node_id()
    Path(mark).write_text(f"{os.getpid()} {node}")
    value = function(*arguments)
    time.sleep(3.0)
    return value


def die_once(mark, value):
    """End the worker by SIGKILL the first time, answer the second."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def die_once_then(mark, function, *arguments):
    """End the worker the first time, do the work the second."""
    return function(*die_once(mark, arguments))


def die(_value):
    os.kill(os.getpid(), signal.SIGKILL)


def short_of_memory_once(mark):
    if not Path(mark).exists():
        Path(mark).touch()
        raise MemoryError("no room")
    return "fits"


def refuse(fact):
    raise RefusalError("nothing is known", (fact,))


def bug():
    return {}["absent"]


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def append(values):
    values.append(len(values))
    return values


def threads():
    return tuple(os.environ.get(name) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"))


def omp_threads():
    return os.environ.get("OMP_NUM_THREADS")


def cap_cost(quarters, factor):
    problem = packaged_instance(quarters=quarters)
    return relax(with_scaled_cap(problem, "import_cap", factor)).objective


def policy_cost(seed, *, quarters=4, iterations=8, paths=20):
    """Train and replay a policy; returns bound and upper limit."""
    graph = packaged_graph(quarters=quarters, regimes=3, shocks=2)
    policy = train(graph, TrainOptions(iterations=iterations))
    replayed = replay(policy, sample_futures(graph, paths, seed=seed))
    return policy.bound, mean_cost(graph, replayed).upper


def posterior_graph(seed, *, quarters=5):
    """Return the packaged graph under one draw of how fast its regimes move."""
    graph = packaged_graph(quarters=quarters, regimes=3, shocks=2)
    moves = np.random.default_rng(seed)
    step = np.stack([moves.dirichlet(20.0 * row + 0.1) for row in graph.transition[0]])
    return replace(graph, transition=np.stack([step] * (quarters - 1)))


def policy_under_draw(seed, *, iterations=60, paths=120):
    """Train a policy under a posterior draw and simulate it; returns bound, mean, upper limit."""
    graph = with_porting_plan(merge_alike_sites(posterior_graph(seed)))
    policy = train(graph, TrainOptions(iterations=iterations))
    replayed = replay(policy, sample_futures(graph, paths, seed=seed))
    found = mean_cost(graph, replayed)
    return policy.bound, found.mean, found.upper


def replayed_part(policy, futures):
    """Replay a policy that came from elsewhere over its part of the futures."""
    return replay(policy, futures).total
