"""What a lab's own work takes on each way to compute: days, money, and money a million tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from narrows.core import Estimate, Figure
from narrows.study.answered import Answered
from narrows.study.bridge.calendar import HOURS_PER_QUARTER
from narrows.study.facts import Facts
from narrows.study.schema import Rental, WorkKind, Workload
from narrows.study.sources import SERVING, TRAINING

HOURS_A_DAY = 24.0
SECONDS_AN_HOUR = 3_600.0
QUARTERS_A_YEAR = 4.0
MILLION = 1e6
ENDS = {"p05": "p95", "p50": "p50", "p95": "p05"}
"""What is quickest takes the least time: the ends of a duration are those of its speed, turned."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to compute: its id, the stack that it runs, and what a chip costs an hour."""

    id: str
    stack: str
    hourly: Figure
    is_rented: bool


@dataclass(frozen=True, slots=True)
class Timed:
    """One workload on one way.

    ``days`` is of a training run; ``cost`` is of that run, or of a million tokens served.
    ``porting`` is what moving the code costs first, ``None`` where the stack already runs.
    """

    way: Way
    workload: Workload
    days: Mapping[str, Figure] | None
    cost: Mapping[str, Figure]
    porting: Figure | None
    porting_quarters: Figure | None


def ways(answered: Answered) -> Iterator[Way]:
    """Yield every option that the rules leave a way for, then every such rental."""
    facts = answered.facts
    lawful = {one.id for one in answered.judged if one.lawful}
    for offer in answered.offers:
        if offer.id in lawful:
            hourly = _owned(facts, offer.price_cny, offer.power_kw.central)
            yield Way(offer.id, offer.option.stack, hourly, is_rented=False)
    for rental in facts.study.rentals:
        if rental.id in lawful:
            yield Way(rental.id, rental.stack, _rented(facts, rental), is_rented=True)


def _owned(facts: Facts, price: Figure, power_kw: Figure) -> Figure:
    """Return what a chip that is owned costs an hour: its price over its life, upkeep, power."""
    study = facts.study
    site = study.sites[0]
    upkeep = facts.band(study.ownership.upkeep_per_year, "upkeep").central
    pue = facts.band(site.pue, f"sites/{site.id}/pue").central
    electricity = facts.band(site.electricity, f"sites/{site.id}/electricity").central
    life = facts.number(study.ownership.life_quarters, "quarter", "life of a chip")
    hours = _number(life) * HOURS_PER_QUARTER
    per_hour = _number(price) / hours
    kept = _number(price) * _number(upkeep) / QUARTERS_A_YEAR / HOURS_PER_QUARTER
    powered = _number(power_kw) * _number(pue) * _number(electricity)
    return Figure(
        per_hour + kept + powered,
        "CNY/chip-h",
        "price / hours of life + upkeep an hour + power x overhead x price of electricity",
        (price, life, upkeep, power_kw, pue, electricity),
        name=f"{price.name} an hour",
    )


def _rented(facts: Facts, rental: Rental) -> Figure:
    price = facts.band(rental.price, f"rentals/{rental.id}/price").central
    rate = facts.rate()
    return Figure(
        _number(price) * _number(rate), "CNY/chip-h", "price in dollars x rate", (price, rate),
        name=f"{rental.id} an hour",
    )  # fmt: skip


def timed(answered: Answered, way: Way, workload: Workload) -> Timed | None:
    """Return what a workload takes on a way; ``None`` where it cannot run there."""
    facts = answered.facts
    if way.is_rented and workload.id not in _rentable(facts, way.id):
        return None
    speed = answered.rates.of(way.id, workload.id).speed
    if speed is None:
        return None
    porting = next(one for one in facts.study.porting if one.stack == way.stack)
    cost = None if porting.done else facts.band(porting.cost, f"porting/{way.stack}/cost").central
    quarters = (
        None
        if porting.done
        else facts.number(porting.quarters, "quarter", f"porting/{way.stack}/quarters")
    )
    speeds = _speeds(way, workload, speed)
    if workload.kind is WorkKind.TRAINING:
        days = _days(facts, workload, speeds)
        return Timed(way, workload, days, _run_cost(facts, way, workload, days), cost, quarters)
    return Timed(way, workload, None, _token_cost(way, speeds), cost, quarters)


def _rentable(facts: Facts, rental_id: str) -> tuple[str, ...]:
    return next(one.workloads for one in facts.study.rentals if one.id == rental_id)


def _speeds(way: Way, workload: Workload, speed: Estimate) -> dict[str, Figure]:
    source = TRAINING if workload.kind is WorkKind.TRAINING else SERVING
    return {
        key: Figure(
            getattr(speed, key), "token/s", f"{key} of a chip's speed, {speed.obtained.value}",
            sources=(source,), name=f"speed/{way.id}/{workload.id}/{key}",
        )
        for key in ENDS
    }  # fmt: skip


def _days(facts: Facts, workload: Workload, speeds: Mapping[str, Figure]) -> dict[str, Figure]:
    """Tokens of the run / (chips x tokens a second a chip), in days."""
    tokens, chips = _run(facts, workload)
    seconds_a_day = HOURS_A_DAY * SECONDS_AN_HOUR
    return {
        key: Figure(
            _number(tokens) / (_number(chips) * _number(speeds[other]) * seconds_a_day),
            "day",
            "tokens / (chips x tokens a second a chip)",
            (tokens, chips, speeds[other]),
        )
        for key, other in ENDS.items()
    }


def _run(facts: Facts, workload: Workload) -> tuple[Figure, Figure]:
    assert workload.tokens_per_quarter is not None, "training states its tokens"  # noqa: S101
    assert workload.cluster_chips is not None, "training states its cluster"  # noqa: S101
    tokens = facts.band(workload.tokens_per_quarter, f"workloads/{workload.id}/demand").central
    chips = facts.number(workload.cluster_chips, "chip", f"workloads/{workload.id}/cluster")
    return tokens, chips


def _run_cost(
    facts: Facts, way: Way, workload: Workload, days: Mapping[str, Figure]
) -> dict[str, Figure]:
    _, chips = _run(facts, workload)
    return {
        key: Figure(
            _number(chips) * _number(day) * HOURS_A_DAY * _number(way.hourly),
            "CNY",
            "chips x days x 24 x cost of a chip-hour",
            (chips, day, way.hourly),
        )
        for key, day in days.items()
    }


def _token_cost(way: Way, speeds: Mapping[str, Figure]) -> dict[str, Figure]:
    return {
        key: Figure(
            _number(way.hourly) / (_number(speeds[other]) * SECONDS_AN_HOUR) * MILLION,
            "CNY",
            "cost of a chip-hour / tokens a chip serves in an hour x a million",
            (way.hourly, speeds[other]),
        )
        for key, other in ENDS.items()
    }


def _number(figure: Figure) -> float:
    assert figure.value is not None, "offers and rates are made of known figures"  # noqa: S101
    return float(figure.value)
