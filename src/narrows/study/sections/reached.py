"""Capabilities: when the plan reaches them, with which chance, and what the waiting costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from narrows.core import Figure
from narrows.planning import GANG_QUARTERS, Plan, Problem, expected
from narrows.study.facts import Facts
from narrows.study.say import say
from narrows.study.schema import Capability, Workload
from narrows.study.sources import PLANNER

Entry = Mapping[str, object]
CHANCE_DIGITS = 9
"""Beyond them stands the rounding of a sum of probabilities."""
EVEN = 0.5
"""The quarter that a short answer names: the first by which it is as likely as not."""


def reached_section(
    facts: Facts, problem: Problem, plan: Plan, inputs: Sequence[Figure]
) -> list[dict[str, object]]:
    """Return one entry for each capability of the study."""
    return [
        _entry(facts, problem, plan, (workload, workload.capability, place), tuple(inputs))
        for place, workload in enumerate(facts.study.workloads)
        if workload.capability is not None
    ]


def _entry(
    facts: Facts,
    problem: Problem,
    plan: Plan,
    goal: tuple[Workload, Capability, int],
    inputs: tuple[Figure, ...],
) -> dict[str, object]:
    workload, capability, place = goal
    name = f"workloads/{workload.id}/capability"
    work = facts.band(capability.work, f"{name}/work").central
    price = facts.band(capability.delay_price, f"{name}/delay price").central
    came = (*inputs, work, price)
    chance = np.clip(np.round(expected(problem, plan.reached[:, place]), CHANCE_DIGITS), 0.0, 1.0)
    waited = Figure(
        float((1.0 - chance).sum()),
        "quarter",
        "expected quarters of the horizon at whose end it is not reached",
        came,
        (PLANNER,),
    )
    return {
        "workload": workload.id,
        "work": work,
        "delay_price": price,
        "waited": waited,
        "by": [
            {"quarter": quarter, "p_reached": _chance(float(p), quarter, came)}
            for quarter, p in zip(problem.axes.quarters, chance, strict=True)
        ],
    }


def _chance(chance: float, quarter: str, inputs: tuple[Figure, ...]) -> Figure:
    formula = f"chance over the tree that own useful work suffices by the end of {quarter}"
    return Figure(chance, "1", formula, inputs, (PLANNER,))


def told_reached(entries: Sequence[Entry]) -> list[dict[str, object]]:
    """Return a message for each capability: by when it is likely, and how long it is missing."""
    return [_told(entry) for entry in entries]


def _told(entry: Entry) -> dict[str, object]:
    by = entry["by"]
    assert isinstance(by, list), "a capability states its chance by quarter"  # noqa: S101
    even = [one for one in by if one["p_reached"].value >= EVEN]
    shown = even[0] if even else by[-1]
    return say(
        "study.capability",
        workload=entry["workload"],
        by=shown["quarter"],
        chance=shown["p_reached"],
        waited=entry["waited"],
        count=Figure(len(by), "quarter", "quarters of the horizon", sources=(PLANNER,)),
    )


def gangs_not_checked(facts: Facts, problem: Problem) -> list[dict[str, object]]:
    """Return, for each gang, the quarter after which the plan may split it."""
    quarters = problem.axes.quarters
    if len(quarters) <= GANG_QUARTERS:
        return []
    return [
        {
            "id": f"gang.{workload.id}",
            "message": say(
                "study.gang.later", workload=workload.id, quarter=quarters[GANG_QUARTERS - 1]
            ),
        }
        for workload in facts.study.workloads
        if workload.gang_chips is not None
    ]
