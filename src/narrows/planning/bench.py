"""The planner measured on its packaged instance; the rows of ``narrows bench planning``."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from narrows.core import Json
from narrows.executors import Executor, Failure, Job, Limits, Serial
from narrows.planning.bench_margins import measure_margins
from narrows.planning.bench_rules import measure_rules
from narrows.planning.growth import measure_growth
from narrows.planning.instance import packaged_instance
from narrows.planning.merge import merge_alike_sites
from narrows.planning.policy.estimate import mean_cost
from narrows.planning.policy.instance import packaged_graph
from narrows.planning.policy.policy import Policy
from narrows.planning.policy.porting_plan import plan_portings
from narrows.planning.policy.simulate import Futures, replay, replay_whole, sample_futures
from narrows.planning.policy.train import TrainOptions, train
from narrows.planning.sensitivity import curve
from narrows.planning.solve import relax, solve
from narrows.planning.variations import with_scaled_cap, with_scaled_power, with_share

PATHS_SEED = 7
"""Of the futures on which policies are compared; training draws from other seeds."""


@dataclass(frozen=True, kw_only=True)
class GraphSize:
    """A policy graph to be measured, and how hard."""

    quarters: int
    regimes: int
    shocks: int
    iterations: int
    paths: int
    whole_paths: int

    @property
    def name(self) -> str:
        """The row's name."""
        return f"policy_graph_{self.quarters}x{self.regimes}x{self.shocks}"


SIZES = (
    GraphSize(quarters=12, regimes=4, shocks=4, iterations=150, paths=2000, whole_paths=40),
    GraphSize(quarters=20, regimes=12, shocks=8, iterations=280, paths=2000, whole_paths=20),
)


def planning_benchmark(
    sizes: tuple[GraphSize, ...] = SIZES, executor: Executor | None = None
) -> dict[str, Json]:
    """Return ``{"rows": [...]}``: policy graphs, how their cost grows, the tree and its re-solves.

    ``gap`` is the upper 95 % limit of the simulated relaxed policy over the bound, less one;
    ``cpu_s`` is the bounding with the choice of portings, simulation is apart;
    ``integer_policy_loss`` is what whole lots in every quarter add on the same futures,
    ``porting_loss`` what whole portings add on the mean future. The bound is that of the chosen
    portings. A part without a result has its reason in ``failed``. For the rows ``rules_...`` see
    :func:`measure_rules`.
    """
    jobs = [
        *(Job(key=size.name, work=measure_graph, arguments=(size,)) for size in sizes),
        Job(key="growth", work=measure_growth),
        Job(key="tree", work=measure_tree),
        Job(key="margins", work=measure_margins),
    ]
    rows: list[Json] = []
    for one in (executor or Serial()).run(jobs, Limits(seconds=SECONDS_A_PART)).outcomes:
        if isinstance(one, Failure):
            rows.append({"name": one.key, "failed": one.reason})
        else:
            rows.extend(one.value)
    return {"rows": rows}


SECONDS_A_PART = 1800.0
"""The longest part takes two CPU minutes; on a busy machine several times as long."""


def measure_graph(size: GraphSize) -> list[dict[str, Json]]:
    """Bound, simulate and replay one policy graph of the packaged instance; then rules on it."""
    graph = packaged_graph(quarters=size.quarters, regimes=size.regimes, shocks=size.shocks)
    began = time.process_time()
    graph = merge_alike_sites(graph)
    portings = plan_portings(graph)
    graph = replace(graph, porting_start=portings.start)
    policy = train(graph, TrainOptions(iterations=size.iterations, stall=0.0))
    bounding = time.process_time() - began
    replayed = replay(policy, sample_futures(graph, size.paths, seed=PATHS_SEED))
    mean = mean_cost(graph, replayed)
    row: dict[str, Json] = {
        "name": size.name,
        "cpu_s": round(bounding, 2),
        "gap": round(mean.upper / policy.bound - 1.0, 5),
        "simulation_cpu_s": round(replayed.cpu_s, 2),
        "integer_policy_loss": round(_whole_loss(policy, size), 5),
        "porting_loss": round(portings.loss, 5),
        "bound": round(policy.bound),
        "mean": round(mean.mean),
        "upper": round(mean.upper),
        "iterations": len(policy.bounds),
        "paths": mean.paths,
        "rate": round(mean.paths / replayed.cpu_s),
        "unit": "replayed paths a CPU second",
        "breaches": replayed.breaches,
    }
    return [row, measure_rules(policy, name=size.name.replace("policy_graph", "rules"))]


def _whole_loss(policy: Policy, size: GraphSize) -> float:
    """Return the extra cost of whole lots in every quarter, on the same futures."""
    futures: Futures = sample_futures(policy.graph, size.whole_paths, seed=PATHS_SEED)
    whole, relaxed = replay_whole(policy, futures), replay(policy, futures)
    return whole.mean / relaxed.mean - 1.0


def measure_tree() -> list[dict[str, Json]]:
    """Solve the tree of 27 leaves with whole lots now, and fifteen warm re-solves."""
    problem = packaged_instance()
    plan = solve(problem)
    base = relax(problem, plan.basis)
    began = time.process_time()
    points = [0.5, 0.7, 0.9, 1.1, 1.5]
    curve("cap", lambda f: with_scaled_cap(problem, "import_cap", f), points, base=base)
    curve("power", lambda f: with_scaled_power(problem, f), points, base=base)
    shares = [float(share) for share in np.linspace(0.0, 0.8, 5)]
    curve("share", lambda phi: with_share(problem, "domestic_share", phi), shares, base=base)
    resolving = time.process_time() - began
    return [
        {
            "name": "tree_27_leaves",
            "cpu_s": round(plan.effort.cpu_s, 2),
            "gap": round(plan.gap, 5),
            "relaxation_cpu_s": round(plan.effort.relaxation_cpu_s, 2),
            "build_cpu_s": round(plan.effort.build_cpu_s, 2),
            "row_residual": plan.effort.row_residual,
        },
        {"name": "tree_27_leaves_15_resolves", "cpu_s": round(resolving, 2), "solves": 15},
    ]
