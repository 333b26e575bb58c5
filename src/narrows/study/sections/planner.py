"""Who decided the first orders and how sure that is: the policy graph beside the tree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import Figure
from narrows.planning import Plan, orders_by_regime, regime_chances
from narrows.study.answered import Answered
from narrows.study.bridge.graph import JOINED, Refused
from narrows.study.by_graph import WHOLE_PATHS, ByGraph
from narrows.study.say import say
from narrows.study.sources import PLANNER

FloatArray = npt.NDArray[np.float64]

QUARTERS_SHOWN = 5
"""The quarter at hand and a year of answers to it: later orders are plans for another day."""
CHIPS_MIN = 0.5
"""Less than half a chip is the solver's rounding."""
REASONS = {
    "work.gang": "gang",
    "work.capability": "capability",
    "work.unmet_max": "floor",
    "offers.cancel_refund": "cancel",
    "offers.booked": "booked",
    "caps.quota": "quota",
    "explained": "explained",
    "mean_future": "mean_future",
}
"""What of a study keeps the graph from planning it, and the word for it."""

Said = dict[str, object]


def planner_section(answered: Answered, inputs: tuple[Figure, ...]) -> Said:
    """Return who decided the first orders, why, and what the other planner says."""
    graph = answered.graph
    if graph is None:
        return {"by": "tree", "said": [say("study.planner.tree_chosen")]}
    if isinstance(graph, Refused):
        why = REASONS.get(graph.field, "other")
        return {
            "by": "tree",
            "said": [say("study.planner.refused", why=f"planner_{why}")],
            "refused": {"field": graph.field, "problem": graph.problem},
        }
    return _by_graph(answered, graph, inputs)


def _by_graph(answered: Answered, graph: ByGraph, inputs: tuple[Figure, ...]) -> Said:
    bound = _figure(graph.policy.bound, "CNY", "bound of the policy graph: no policy costs less, "
                    "lots relaxed, portings as planned", inputs)  # fmt: skip
    simulated = _simulated(graph, inputs)
    gap = Figure(graph.gap, "1", "upper 95 % limit of the simulated cost as the risk weighs it / "
                 "bound - 1", (bound, *_limit(simulated)), (PLANNER,))  # fmt: skip
    loss = Figure(graph.whole_loss, "1", "mean cost with whole lots in every quarter / relaxed - "
                  f"1, on the same {WHOLE_PATHS} futures", tuple(inputs), (PLANNER,))  # fmt: skip
    tree = _tree(graph, bound, inputs)
    section: Said = {
        "by": "graph",
        "regimes": list(graph.graph.regimes),
        "walks": _count(len(graph.policy.bounds), "walks of the training"),
        "bound_cny": bound,
        "simulated": simulated,
        "gap": gap,
        "whole_lot_loss": loss,
        "tree": tree,
        "orders": _orders(answered, graph, inputs),
        "by_regime": _by_regime(answered, graph),
    }
    return {**section, "said": _said(answered, graph, section)}


def _said(answered: Answered, graph: ByGraph, section: Said) -> list[Said]:
    simulated, tree = section["simulated"], section["tree"]
    assert isinstance(simulated, dict), "the section holds what was simulated"  # noqa: S101
    assert isinstance(tree, dict), "the section holds the tree's part"  # noqa: S101
    count = _count(len(graph.graph.regimes), "regimes that the graph tells apart")
    said = [say("study.planner.graph", regimes=count)]
    if any(JOINED in name for name in graph.graph.regimes):
        said.append(say("study.planner.lumped"))
    said.append(
        say(
            "study.planner.bound", bound=section["bound_cny"], mean=simulated["mean_cny"],
            paths=simulated["paths"], loss=section["whole_lot_loss"],
        )
    )  # fmt: skip
    if graph.gap is None:
        said.append(say("study.planner.nested"))
    else:
        said.append(say("study.planner.gap", gap=section["gap"]))
    same = np.array_equal(_chips(answered, graph.tree), _chips(answered, answered.plan))
    said.append(say("study.planner.same") if same else say("study.planner.differ"))
    if not same and graph.with_tree_orders is not None:
        said.append(say("study.planner.tree_valued", extra=tree["extra_cny"], share=tree["extra"]))
    if not same and graph.with_tree_orders is None:
        said.append(say("study.planner.tree_does_not_fit"))
    return said


def _simulated(graph: ByGraph, inputs: tuple[Figure, ...]) -> Said:
    found: Said = {
        "paths": _count(graph.cost.paths, "sampled futures"),
        "mean_cny": _figure(graph.cost.mean, "CNY", "mean discounted cost of the policy on the "
                            "sampled futures, lots relaxed", inputs),
        "mean_upper_cny": _figure(graph.cost.upper, "CNY", "upper 95 % limit of that mean",
                                  inputs),
        "breaches": _count(graph.replayed.breaches, "quarters in which a rule was broken at its "
                           "penalty"),
    }  # fmt: skip
    if graph.weighed is not None:
        found["weighed_cny"] = _figure(graph.weighed.mean, "CNY", "mean of the cost as the study's "
                                       "risk weighs it", inputs)  # fmt: skip
        found["weighed_upper_cny"] = _figure(graph.weighed.upper, "CNY", "upper 95 % limit of the "
                                             "weighed cost", inputs)  # fmt: skip
    return found


def _limit(simulated: Said) -> tuple[Figure, ...]:
    figure = simulated.get("weighed_upper_cny")
    return (figure,) if isinstance(figure, Figure) else ()


def _tree(graph: ByGraph, bound: Figure, inputs: tuple[Figure, ...]) -> Said:
    held = Figure(graph.with_tree_orders, "CNY", "bound of the policy graph if the first orders "
                  "are the tree's", (bound, *inputs), (PLANNER,))  # fmt: skip
    more = None if held.value is None else float(held.value) - graph.policy.bound
    share = None if more is None or graph.policy.bound <= 0.0 else more / graph.policy.bound
    return {
        "cost_cny": _figure(graph.tree.objective, "CNY", "cheapest plan over the tree with the "
                            f"same portings begun, gap {graph.tree.gap:.2%}", inputs),
        "bound_cny": held,
        "extra_cny": Figure(more, "CNY", "bound with the tree's orders - bound", (held, bound)),
        "extra": Figure(share, "1", "bound with the tree's orders / bound - 1", (held, bound)),
    }  # fmt: skip


def _orders(answered: Answered, graph: ByGraph, inputs: tuple[Figure, ...]) -> list[Said]:
    """Return the chips that each planner orders now, those that neither orders left out."""
    own, tree = _chips(answered, answered.plan), _chips(answered, graph.tree)
    return [
        {
            "system": system,
            "graph": _figure(
                own[k], "chip", "whole lots of the policy graph x chips a lot", inputs
            ),
            "tree": _figure(tree[k], "chip", "whole lots of the tree x chips a lot", inputs),
        }
        for k, system in enumerate(answered.problem.axes.systems)
        if max(own[k], tree[k]) > CHIPS_MIN
    ]


def _chips(answered: Answered, plan: Plan) -> FloatArray:
    """Return the chips ordered in the first quarter, shape ``(K,)``, over all sites."""
    chips: FloatArray = np.round(plan.orders[0].sum(axis=1)) * answered.problem.offers.lot
    return chips


def _by_regime(answered: Answered, graph: ByGraph) -> list[Said]:
    """Return what is ordered in the next quarters under each regime that was met."""
    means = orders_by_regime(graph.policy, graph.replayed) * answered.problem.offers.lot
    chances = regime_chances(graph.graph)
    quarters = range(1, min(QUARTERS_SHOWN, graph.graph.n_stages))
    return [
        {
            "quarter": answered.problem.axes.quarters[t],
            "regime": regime,
            "chance": _figure(chances[t, r], "1", "chance of the regime in the quarter", ()),
            "orders": _mean_orders(answered, means[t, r]),
        }
        for t in quarters
        for r, regime in enumerate(graph.graph.regimes)
        if not np.isnan(means[t, r]).any()
    ]


def _mean_orders(answered: Answered, chips: FloatArray) -> list[Said]:
    formula = "mean chips ordered on the sampled futures in this regime, lots relaxed"
    return [
        {
            "system": answered.problem.axes.systems[k],
            "chips": _figure(float(np.round(chips[k])), "chip", formula, ()),
        }
        for k in np.flatnonzero(chips > CHIPS_MIN)
    ]


def _figure(value: float, unit: str, formula: str, inputs: Sequence[Figure]) -> Figure:
    return Figure(float(value), unit, formula, tuple(inputs), (PLANNER,))


def _count(count: int, what: str) -> Figure:
    return Figure(count, "1", f"number of {what}", sources=(PLANNER,))
