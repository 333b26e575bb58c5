"""The smallest fleet for a load, and what a mixed fleet carries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from narrows.catalog import Chip, Model, System
from narrows.core import InputError, RefusalError
from narrows.executors import Executor, Serial
from narrows.performance.serving.knowledge import Knowledge
from narrows.performance.serving.predict import ServingPrediction
from narrows.performance.serving.question import Deployment, Limits, Load
from narrows.performance.serving.units import UNITS, Asked, Kind, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Equal units that carry a load; ``units`` by period, at the middle and at the slow end.

    ``chips_safe`` suffices with a probability of 95 %: it is sized at the 5th percentile rate.
    """

    unit: ServingPrediction
    unit_chips: int
    requests_per_s: tuple[float, ...]
    chips: tuple[int, ...]
    chips_safe: tuple[int, ...]


def smallest_fleet(
    model: Model,
    chip: Chip,
    load: Load,
    *,
    requests_per_s: Sequence[float],
    limits: Limits | None = None,
    system: System | None = None,
    deployment: Deployment | None = None,
    knowledge: Knowledge | None = None,
    executor: Executor | None = None,
) -> Fleet:
    """Return the fewest chips that carry each period's peak of ``requests_per_s``.

    One kind of unit is replicated in all periods, so that a growing fleet only adds units; it is
    the one that needs the fewest chips in the last period.

    Raises
    ------
    RefusalError
        No unit fits the model and meets the limits, or the executor lost a search.
    InputError
        A peak is not positive.
    """
    if not requests_per_s or not all(0 < peak < math.inf for peak in requests_per_s):
        raise InputError(
            "peaks must be positive", "give requests a second", fieldname="requests_per_s"
        )
    asked = Asked(
        model=model, load=load, limits=limits, knowledge=knowledge, executor=executor or Serial()
    )
    kind = Kind(chip=chip, system=system, deployment=deployment or Deployment())
    units = units_of(asked, {chip.id: kind})[chip.id]
    if not units:
        raise RefusalError(
            f"no unit of up to {UNITS[-1]} {chip.id} serves {model.id} within the limits",
            ("longer limits or a narrower weight format",),
        )
    last = requests_per_s[-1]
    size, unit = min(
        units, key=lambda pair: (_chips(pair[0], pair[1].requests_per_s, last), pair[0])
    )
    slow = unit.output_rate_per_chip.p05 / unit.output_rate_per_chip.p50
    return Fleet(
        unit=unit,
        unit_chips=size,
        requests_per_s=tuple(requests_per_s),
        chips=tuple(_chips(size, unit.requests_per_s, peak) for peak in requests_per_s),
        chips_safe=tuple(_chips(size, unit.requests_per_s * slow, p) for p in requests_per_s),
    )


def mixed_fleet_rate(parts: Sequence[tuple[int, ServingPrediction]]) -> float:
    """Return generated tokens a second of whole units of several kinds together.

    Requests are shared in proportion to what each kind carries; no pool spans two kinds.
    """
    return sum(
        chips // math.ceil(unit.chips) * unit.chips * unit.output_rate_per_chip.p50
        for chips, unit in parts
    )


def _chips(unit_chips: int, unit_rate: float, peak: float) -> int:
    return math.ceil(peak / unit_rate - 1e-9) * unit_chips
