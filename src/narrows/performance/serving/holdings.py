"""What the chips that are there carry, in whole units of the size that carries most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from narrows.catalog import Model
from narrows.core import InputError, RefusalError
from narrows.executors import Executor, Serial
from narrows.performance.serving.knowledge import Knowledge
from narrows.performance.serving.place import Place
from narrows.performance.serving.predict import ServingPrediction
from narrows.performance.serving.question import CHIPS_MAX, Deployment, Limits, Load
from narrows.performance.serving.units import Asked, Kind, Sized, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Chips of one kind that are there, in whole units of the size that carries most.

    ``requests_per_s`` at the middle, ``requests_safe`` at the 5th percentile rate.
    """

    place: Place
    chips: int
    unit: ServingPrediction
    unit_chips: int

    @property
    def units(self) -> int:
        """Whole units."""
        return self.chips // self.unit_chips

    @property
    def requests_per_s(self) -> float:
        """Requests a second at the middle."""
        return self.units * self.unit.requests_per_s

    @property
    def requests_safe(self) -> float:
        """Requests a second at the slow end."""
        rate = self.unit.output_rate_per_chip
        return self.requests_per_s * rate.p05 / rate.p50


def holdings(
    model: Model,
    there: Sequence[tuple[Place, int]],
    load: Load,
    *,
    limits: Limits,
    deployment: Deployment,
    knowledge: Knowledge | None = None,
    executor: Executor | None = None,
) -> tuple[Holding, ...]:
    """Return what so many packages of each place carry.

    Parameters
    ----------
    executor
        Where the searches run, one for each place and size of unit; here and now by default.

    Raises
    ------
    RefusalError
        No unit of some place serves the model within the limits, or the executor lost a search.
    InputError
        A number of chips is out of range.
    """
    for _, chips in there:
        _check(chips)
    asked = Asked(
        model=model, load=load, limits=limits, knowledge=knowledge, executor=executor or Serial()
    )
    kinds = {
        f"held {number}, {place.name}": Kind(
            chip=place.chip,
            system=place.system,
            deployment=place.deployed(deployment),
            chips_max=chips,
        )
        for number, (place, chips) in enumerate(there, start=1)
    }
    found = units_of(asked, kinds).values()
    return tuple(
        _holding(model, place, chips, units)
        for (place, chips), units in zip(there, found, strict=True)
    )


def _holding(model: Model, place: Place, chips: int, units: Sequence[Sized]) -> Holding:
    """Return the size of unit that carries most, the smallest of equals."""
    if not units:
        raise RefusalError(
            f"no unit of up to {chips} {place.chip.id} serves {model.id} within the limits",
            ("longer limits, more chips or a narrower weight format",),
        )
    every = [Holding(place=place, chips=chips, unit=unit, unit_chips=size) for size, unit in units]
    return max(every, key=lambda one: one.requests_per_s)


def _check(chips: int) -> None:
    if not 1 <= chips <= CHIPS_MAX:
        raise InputError(
            "out of range", f"give 1 to {CHIPS_MAX} chips", fieldname="held", value=chips
        )
