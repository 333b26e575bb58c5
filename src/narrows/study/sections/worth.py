"""What a chip of each option is worth against the reference, workload by workload."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from narrows.core import Estimate, Figure, Obtained
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.rates import Rates
from narrows.study.bridge.timing import Rate
from narrows.study.facts import Facts
from narrows.study.say import quote
from narrows.study.schema import WorkKind, Workload
from narrows.study.sources import SERVING, TRAINING

_RANK = list(Obtained)


@dataclass(frozen=True, slots=True)
class Speed:
    """A rate's three figures."""

    p05: Figure
    p50: Figure
    p95: Figure


def speed_figures(facts: Facts, offer: Offer, rate: Rate, workload: Workload) -> Speed | None:
    """Return the figures of a rate, derived from the chip's own; ``None`` where it was refused."""
    if rate.speed is None:
        return None
    model_source = TRAINING if workload.kind is WorkKind.TRAINING else SERVING
    inputs = _chip_figures(facts, offer, rate)
    formula = (
        f"fastest layout found for {workload.model} in {rate.precision}, "
        f"{_how(rate.speed)} constants"
    )

    def figure(value: float, quantile: str) -> Figure:
        return Figure(
            value,
            "token/s a chip",
            f"{quantile} of {formula}",
            inputs,
            (model_source,),
            name=f"speed/{offer.id}/{workload.id}/{quantile}",
        )

    speed = rate.speed
    return Speed(figure(speed.p05, "p05"), figure(speed.p50, "p50"), figure(speed.p95, "p95"))


def _how(speed: Estimate) -> str:
    return str(speed.obtained).replace("_", " ")


_RATE_FIELDS = {"bf16": "bf16_tflops", "fp8": "fp8_tflops", "int8": "int8_tops"}


def _chip_figures(facts: Facts, offer: Offer, rate: Rate) -> tuple[Figure, ...]:
    wanted = (_RATE_FIELDS.get(str(rate.precision)), "memory_bandwidth_gb_s", "memory_gb")
    chip = offer.product.chip
    present = [name for name in wanted if name and getattr(chip, name, None) is not None]
    return tuple(facts.field(offer.product, name) for name in present)


def worth_section(
    facts: Facts, offers: Sequence[Offer], rates: Rates, *, reference: str
) -> list[dict[str, object]]:
    """Return one entry for each option and workload, against the reference option.

    The interval of the ratio adds both log spreads as if they were independent. What the two have
    in common (the same model of software, the same batch) cancels in the ratio, so the interval is
    wider than it would be with shared draws.
    """
    by_id = {offer.id: offer for offer in offers}
    entries: list[dict[str, object]] = []
    for workload in facts.study.workloads:
        base = speed_figures(facts, by_id[reference], rates.of(reference, workload.id), workload)
        entries += [
            _entry(facts, offer, rates.of(offer.id, workload.id), workload, base)
            for offer in offers
        ]
    return entries


def _entry(
    facts: Facts, offer: Offer, rate: Rate, workload: Workload, base: Speed | None
) -> dict[str, object]:
    entry: dict[str, object] = {
        "workload": workload.id,
        "workload_name": workload.name,
        "kind": workload.kind,
        "system": offer.id,
        "name": offer.option.name,
        "precision": rate.precision,
    }
    if rate.refused is not None:
        return {**entry, "message": quote(rate.refused, (facts.study_source,))}
    speed = speed_figures(facts, offer, rate, workload)
    assert speed is not None, "a rate has a speed or a refusal"  # noqa: S101
    assert rate.speed is not None, "a rate has a speed or a refusal"  # noqa: S101
    entry["rate"] = {
        "p05": speed.p05, "p50": speed.p50, "p95": speed.p95, "unit": "token/s",
        "how": rate.speed.obtained,
    }  # fmt: skip
    if base is None:
        return entry
    ratio = ratio_figures(base, speed, name=f"worth/{offer.id}/{workload.id}")
    return {**entry, "ratio": {**ratio, "unit": "1", "how": rate.speed.obtained}}


def ratio_figures(base: Speed, other: Speed, *, name: str) -> dict[str, object]:
    """Return how many of ``other`` do the work of one ``base``, with its interval."""
    central = _value(base.p50) / _value(other.p50)
    down = math.hypot(_log_gap(base.p50, base.p05), _log_gap(other.p95, other.p50))
    up = math.hypot(_log_gap(base.p95, base.p50), _log_gap(other.p50, other.p05))
    values = {
        "p05": central * math.exp(-down),
        "p50": central,
        "p95": central * math.exp(up),
    }
    inputs = (base.p05, base.p50, base.p95, other.p05, other.p50, other.p95)
    return {
        key: Figure(
            value,
            "1",
            "speed of the reference / speed of this" if key == "p50"
            else f"{key} of the ratio, log spreads added in quadrature",
            (base.p50, other.p50) if key == "p50" else inputs,
            name=f"{name}/{key}",
        )
        for key, value in values.items()
    }  # fmt: skip


def _log_gap(upper: Figure, lower: Figure) -> float:
    return math.log(_value(upper) / _value(lower))


def _value(figure: Figure) -> float:
    assert figure.value is not None, "speeds are known or refused"  # noqa: S101
    return float(figure.value)


def weakest(rates: Rates) -> Obtained:
    """Return the weakest way in which any rate was obtained."""
    ways = [rate.speed.obtained for rate in rates.each if rate.speed is not None]
    return max(ways, key=_RANK.index)
