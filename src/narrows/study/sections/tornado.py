"""The tornado: what each uncertain input does alone to the plan's cost and to the order now."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from narrows.core import Figure
from narrows.planning import NoPlanError, relative_change
from narrows.study.sources import FUTURES, PLANNER, SERVING, TRAINING
from narrows.study.uncertain.inputs import Input
from narrows.study.uncertain.tornado import ENDS, Reached, Swing, Tornado, leading_import, tornado
from narrows.study.uncertain.world import World

_FROM_MODELS: Mapping[Input, tuple[str, ...]] = MappingProxyType(
    {
        Input.GATES: (FUTURES,),
        Input.PASSAGE: (FUTURES,),
        Input.SPEED_IMPORT: (TRAINING, SERVING),
        Input.SPEED_DOMESTIC: (TRAINING, SERVING),
    }
)
"""Where an interval comes from that no study states."""


def tornado_section(world: World) -> dict[str, object] | None:
    """Return the middle and every input at p05 and p95; ``None`` where one leaves no plan."""
    try:
        found = tornado(world)
    except NoPlanError:
        return None
    place = leading_import(world)
    middle = Figure(
        found.middle.cost, "CNY", "least cost with every input at its middle value, lots relaxed",
        sources=(PLANNER,), name="cost with every input at its middle",
    )  # fmt: skip
    return {
        "option": None if place is None else world.answered.planned[place].id,
        "ends": [Figure(end, "1", "quantile of an input", sources=(PLANNER,)) for end in ENDS],
        "cost_cny": middle,
        "chips": _chips(found.middle, (middle,)),
        "inputs": [_entry(world, one, found, middle) for one in found.swings],
    }


def _entry(world: World, one: Swing, found: Tornado, middle: Figure) -> dict[str, object]:
    ends = tuple(
        end
        for stated in world.stated.get(one.input, ())
        for end in (stated.band.low, stated.band.high)
        if end.value is not None
    )
    sources = _FROM_MODELS.get(one.input, ())
    return {
        "input": one.input.value,
        **{
            name: {
                "change": Figure(
                    relative_change(reached.cost, found.middle.cost), "1",
                    f"cost with this input alone at its {name} / cost - 1",
                    (middle, *ends), (PLANNER, *sources),
                ),
                "chips": _chips(reached, (middle, *ends)),
            }
            for name, reached in (("p05", one.low), ("p95", one.high))
        },
    }  # fmt: skip


def _chips(reached: Reached, inputs: tuple[Figure, ...]) -> Figure | None:
    if reached.chips is None:
        return None
    formula = "chips of the leading import ordered in the first quarter, lots relaxed"
    return Figure(reached.chips, "chip", formula, inputs, (PLANNER,))
