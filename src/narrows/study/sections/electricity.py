"""Sites on domestic chips alone, at their own price of electricity: every choice and its cost."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.core import Figure
from narrows.study.bridge.electricity import PowerChoice
from narrows.study.sources import PLANNER


def electricity_section(
    choices: Sequence[PowerChoice], inputs: tuple[Figure, ...]
) -> list[dict[str, object]]:
    """Return every choice, the one planned first."""
    formula = "least cost with these sites on domestic chips alone, lots relaxed"
    return [
        {
            "sites": list(one.sites),
            "planned": place == 0,
            "cost_cny": Figure(one.cost, "CNY", formula, inputs, (PLANNER,)),
        }
        for place, one in enumerate(choices)
    ]
