"""A fleet of several kinds: what is held carries what it can, one kind is added for the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from narrows.catalog import Model
from narrows.core import InputError, RefusalError
from narrows.executors import Executor
from narrows.performance.serving.economics import (
    MILLION,
    SECONDS_PER_HOUR,
    check_pue,
    package_power_w,
)
from narrows.performance.serving.fleet import Fleet, smallest_fleet
from narrows.performance.serving.holdings import Holding
from narrows.performance.serving.knowledge import Knowledge
from narrows.performance.serving.place import Place
from narrows.performance.serving.predict import ServingPrediction
from narrows.performance.serving.question import Deployment, Limits, Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period: its peak, and the chips to have added by then, at the middle and surely.

    ``added_safe`` holds if every kind is as slow as its 5th percentile at once, since the kinds
    share the model's error.
    """

    peak: float
    added: int
    added_safe: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedFleet:
    """What is held, what is added, and when; ``added_unit`` is ``None`` where nothing is."""

    held: tuple[Holding, ...]
    on: Place
    added_unit: ServingPrediction | None
    added_unit_chips: int
    periods: tuple[Period, ...]


def mixed_fleet(
    model: Model,
    on: Place,
    load: Load,
    *,
    peaks: Sequence[float],
    held: Sequence[Holding] = (),
    limits: Limits,
    deployment: Deployment,
    knowledge: Knowledge | None = None,
    executor: Executor | None = None,
) -> MixedFleet:
    """Return the fewest chips of ``on`` to add to what is held for each period's peak.

    Requests go to each kind in proportion to what it carries; no unit spans two kinds.

    Raises
    ------
    RefusalError
        No unit fits the model and meets the limits, or the executor lost a search.
    InputError
        A peak is not positive.
    """
    _check(peaks)
    middle = sum(each.requests_per_s for each in held)
    safe = sum(each.requests_safe for each in held)
    if max(peaks) <= safe:
        none = tuple(Period(peak=peak, added=0, added_safe=0) for peak in peaks)
        return MixedFleet(
            held=tuple(held), on=on, added_unit=None, added_unit_chips=0, periods=none
        )
    lacking = [peak - middle for peak in peaks]
    lacking_safe = [peak - safe for peak in peaks]
    wanted = [rest for rest in (*lacking, *lacking_safe) if rest > 0]
    fleet = smallest_fleet(
        model,
        on.chip,
        load,
        requests_per_s=wanted,
        limits=limits,
        system=on.system,
        deployment=on.deployed(deployment),
        knowledge=knowledge,
        executor=executor,
    )
    return MixedFleet(
        held=tuple(held),
        on=on,
        added_unit=fleet.unit,
        added_unit_chips=fleet.unit_chips,
        periods=tuple(
            Period(
                peak=peak,
                added=_chips_for(fleet, rest, fleet.chips),
                added_safe=_chips_for(fleet, rest_safe, fleet.chips_safe),
            )
            for peak, rest, rest_safe in zip(peaks, lacking, lacking_safe, strict=True)
        ),
    )


def _chips_for(fleet: Fleet, rest: float, chips: Sequence[int]) -> int:
    return 0 if rest <= 0 else chips[fleet.requests_per_s.index(rest)]


def _check(peaks: Sequence[float]) -> None:
    if not peaks or not all(0 < peak < math.inf for peak in peaks):
        raise InputError("peaks must be positive", "give requests a second", fieldname="peaks")


def cost_at_peak(
    fleet: MixedFleet, added: int, peak: float, load: Load, prices: dict[str, float]
) -> float | None:
    """Return the price of a million generated tokens while a peak lasts.

    ``prices`` are whole costs of a package for an hour by the names of places; ``None`` where one
    that is used has no price.
    """
    counts = _counts(fleet, added)
    if any(name not in prices for name in counts):
        return None
    hourly = sum(chips * prices[name] for name, chips in counts.items())
    return hourly / SECONDS_PER_HOUR / (peak * load.output_tokens) * MILLION


def tokens_per_joule_at_peak(
    fleet: MixedFleet, added: int, peak: float, load: Load, pue: float
) -> float | None:
    """Return generated tokens for each joule of provisioned power while a peak lasts.

    ``None`` where the power of a kind is not public.

    Raises
    ------
    InputError
        The PUE is below one.
    """
    check_pue(pue)
    places = {each.place.name: each.place for each in fleet.held} | {fleet.on.name: fleet.on}
    watts = 0.0
    for name, chips in _counts(fleet, added).items():
        try:
            power_w, _ = package_power_w(places[name].chip, places[name].system)
        except RefusalError:
            return None
        watts += chips * power_w
    return peak * load.output_tokens / (watts * pue)


def _counts(fleet: MixedFleet, added: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in fleet.held:
        counts[each.place.name] = counts.get(each.place.name, 0) + each.chips
    if added > 0:
        counts[fleet.on.name] = counts.get(fleet.on.name, 0) + added
    return counts
