"""What a required domestic share costs: each share of the grid on each basis, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from narrows.core import Figure
from narrows.planning import Optimum, Plan, relative_change
from narrows.study.answered import Answered
from narrows.study.say import quote
from narrows.study.schema import ShareBasis
from narrows.study.sources import FUTURES, PLANNER, SERVING, TRAINING
from narrows.study.uncertain.bands import Interval, ShareBand, ShareBands
from narrows.study.uncertain.shares import costs_by_share, share_question
from narrows.study.uncertain.world import Drawn, World

_COST = "discounted, risk-weighted cost of the re-solved plan, lots relaxed"
_CHANGE = "cost / cost without the rule - 1"


@dataclass(frozen=True, slots=True)
class SharePoint:
    """One share on one basis, as the result tells it."""

    basis: ShareBasis
    share: float
    entry: Mapping[str, object]
    change: Figure
    low: Figure
    high: Figure


def share_points(
    answered: Answered, bands: ShareBands, *, draws: Figure, inputs: Sequence[Figure]
) -> list[SharePoint]:
    """Return every point of the study's grid, basis by basis, in the order of the study."""
    asked = answered.facts.study.domestic_share
    costs = _middle_costs(answered, asked.bases, asked_grid(answered))
    return [
        _point(basis, share, costs[basis, share], bands.by_key[basis, share], answered.relaxed,
               draws=draws, inputs=inputs)
        for basis in asked.bases
        for share in asked.grid
    ]  # fmt: skip


def asked_grid(answered: Answered) -> list[float]:
    """Return the shares asked about, each once, in increasing order."""
    return sorted(set(answered.facts.study.domestic_share.grid))


def draws_section(world: World, draws: Figure, bands: ShareBands) -> dict[str, object]:
    """Return what the intervals rest on."""
    leaves = len(world.at({}).problem.tree.leaves)
    covered = "chance that a further draw falls within the range of n: (n - 1) / (n + 1)"
    return {
        "count": draws,
        "coverage": Figure(bands.coverage, "1", covered, (draws,)),
        "leaves": Figure(leaves, "1", "leaves of the tree of the draws", sources=(PLANNER,)),
        "inputs": [one.value for one in world.inputs],
    }


def lost_draws(bands: ShareBands) -> list[dict[str, object]]:
    """Return what is to be said of draws without a result, as a matter that was not checked."""
    if bands.statement is None:
        return []
    said = quote(bands.statement, (PLANNER,))
    return [{"id": "draws.lost", "message": said, "missing": []}]


def draws_figure(world: World, count: int) -> Figure:
    """Return the number of draws, derived from every interval that they are taken from."""
    ends = tuple(
        end
        for group in world.stated.values()
        for one in group
        for end in (one.band.low, one.band.high)
        if end.value is not None
    )
    outlook = world.answered.outlook
    events = () if outlook is None else tuple(f"event:{e}" for e in outlook.chain.evidence)
    formula = "seeded draws of all uncertain inputs, the plan re-solved under each"
    sources = (PLANNER, TRAINING, SERVING, *((FUTURES, *events) if events else ()))
    return Figure(count, "1", formula, ends, sources, name="outer draws")


def _middle_costs(
    answered: Answered, bases: Sequence[ShareBasis], grid: Sequence[float]
) -> dict[tuple[ShareBasis, float], float | None]:
    """Return the costs on the plan's own tree with every input at its middle value."""
    plan = answered.relaxed
    base = Optimum(cost=plan.objective, orders=plan.orders, basis=plan.basis)
    drawn = Drawn(answered.facts, answered.planned, answered.problem)
    question = share_question(drawn, bases)
    return {
        (basis, share): cost
        for basis in bases
        for share, cost in zip(grid, costs_by_share(question, basis, grid, base=base), strict=True)
    }


def _point(
    basis: ShareBasis,
    share: float,
    cost: float | None,
    band: ShareBand,
    base: Plan,
    *,
    draws: Figure,
    inputs: Sequence[Figure],
) -> SharePoint:
    asked = Figure(share, "1", "the share asked about", tuple(inputs), (PLANNER,))
    cost_cny = Figure(cost, "CNY", _COST, tuple(inputs), (PLANNER,))
    relative = None if cost is None else relative_change(cost, base.objective)
    change = Figure(relative, "1", _CHANGE, (cost_cny, *inputs), (PLANNER,))
    changes = _quantiles(band.change, "1", _CHANGE, (draws, asked))
    entry = {
        "share": asked,
        "basis": basis,
        "cost_cny": cost_cny,
        "change": change,
        "feasible": cost is not None,
        "band": {
            "change": changes,
            "cost_cny": _quantiles(band.cost, "CNY", _COST, (draws, asked)),
            "middle_change": Figure(
                band.middle_change, "1", f"{_CHANGE}, inputs at their middle, tree of the draws",
                (asked,), (PLANNER,),
            ),
        },
    }  # fmt: skip
    return SharePoint(basis, share, entry, change, changes["p05"], changes["p95"])


def _quantiles(
    interval: Interval, unit: str, formula: str, inputs: tuple[Figure, ...]
) -> dict[str, Figure]:
    return {
        name: Figure(value, unit, f"{name} over the draws of {formula}", inputs, (PLANNER,))
        for name, value in interval.items()
    }
