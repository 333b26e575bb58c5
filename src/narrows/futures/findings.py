"""What the room finds, as messages; the brief makes sentences of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrows.core import Gate, GateState, Message, message
from narrows.futures.backtest import Backtest
from narrows.futures.capacity import CapacityEffect, written
from narrows.futures.chains import GateChains, StateOdds
from narrows.futures.deliveries import DeliveryAnswer
from narrows.futures.event_study import EventStudy
from narrows.futures.forecasters import Forecaster
from narrows.futures.funnel import StageSeen
from narrows.futures.market_report import Outlook
from narrows.futures.report import BASELINES
from narrows.futures.states import STATE_INDEX, STATES
from narrows.futures.summary import Difference, differences, scores


def backtest_findings(backtest: Backtest) -> tuple[Message, ...]:
    """Return how much was scored, then for each baseline and score whether the model is better."""
    found: list[Message] = [_size(backtest)]
    for baseline in BASELINES:
        gaps = differences(backtest, baseline)
        found.extend(_compared(backtest, baseline, gaps, name) for name in gaps)
    return tuple(found)


def _size(backtest: Backtest) -> Message:
    return message(
        "futures.backtest.size",
        states=len(backtest.states),
        changed=sum(case.before is not case.happened for case in backtest.states),
        times=len(backtest.times),
        first=backtest.plan.first_origin,
        until=backtest.plan.judged_until,
    )


def _chance(value: float) -> float:
    """Round a chance to what it is worth: a percent, or a tenth of one below a percent."""
    return round(value, 2 if value >= 0.01 else 3)


def _compared(
    backtest: Backtest, baseline: Forecaster, gaps: Mapping[str, Difference], name: str
) -> Message:
    gap = gaps[name]
    model, other = (
        float(getattr(scores(backtest.states, backtest.times, who), name))
        for who in (Forecaster.MODEL, baseline)
    )
    better = "better" if gap.mean < 0 else "worse"
    clearly = "clear" if gap.distinguishable else "unclear"
    return message(
        f"futures.backtest.{better}_{clearly}",
        score=name,
        baseline=baseline.value,
        model_score=model,
        baseline_score=other,
        low=gap.low,
        high=gap.high,
    )


def delivery_findings(answer: DeliveryAnswer) -> tuple[Message, ...]:
    """Return the chance of large deliveries and what drives it most."""
    question, driver = answer.question, answer.drivers[0]
    others = answer.under_other_priors.values()
    return (
        message(
            "futures.deliveries.chance",
            line=question.line,
            known_on=question.known_on,
            chance=_chance(answer.chance),
            large=question.large_chips,
            ordered=question.chips_ordered,
            by=question.by,
            low=_chance(min((answer.chance, *others))),
            high=_chance(max((answer.chance, *others))),
        ),
        message(
            "futures.deliveries.driver",
            gate=driver.gate.value,
            if_open=_chance(driver.if_open),
            if_shut=_chance(driver.if_shut),
        ),
        message("futures.deliveries.wide"),
    )


def happened_finding(seen: Sequence[StageSeen]) -> Message | None:
    """Return what was delivered in the end; ``None`` where no upper bound is public."""
    delivered = [one for one in seen if one.stage == "delivered" and one.high is not None]
    if not delivered:
        return None
    one = delivered[0]
    return message("futures.deliveries.happened", high=one.high, evidence=", ".join(one.evidence))


def gate_findings(chains: GateChains, line: str, *, quarters: int) -> tuple[Message, ...]:
    """Return for each followed gate of a line its state now and the chance that it is not shut."""
    odds = chains.p_state(line, quarters=quarters)
    return tuple(_gate_finding(gate, odds[gate], quarters) for gate in odds)


def _gate_finding(gate: Gate, odds: StateOdds, quarters: int) -> Message:
    shut = STATE_INDEX[GateState.SHUT]
    now = int(odds.mean[0].argmax())
    return message(
        "futures.gate.odds",
        gate=gate.value,
        state=STATES[now].value,
        sure=_chance(float(odds.mean[0, now])),
        quarters=quarters,
        passing=_chance(1.0 - float(odds.mean[-1, shut])),
        low=_chance(1.0 - float(odds.p95[-1, shut])),
        high=_chance(1.0 - float(odds.p05[-1, shut])),
    )


def market_findings(outlook: Outlook) -> tuple[Message, ...]:
    """Return what a reader must know before using the outlook's tables."""
    widest = max(outlook.bands, key=lambda band: band.ratio)
    found = [
        message(
            "futures.market.disagreement",
            year=str(widest.year),
            ratio=widest.ratio,
            houses=widest.houses,
        ),
        *(
            message(
                "futures.market.does_not_fit",
                house=view.name,
                stated=view.stated_growth,
                recomputed=view.growth,
            )
            for view in outlook.views
            if view.fits is False
        ),
    ]
    if outlook.yardstick_usd_bn is not None:
        found.append(message("futures.market.yardstick", usd=outlook.yardstick_usd_bn * 1e9))
    found.extend(
        message(
            "futures.market.unknown_vendors", years=", ".join(years), vendors="; ".join(vendors)
        )
        for vendors, years in _left_out(outlook).items()
    )
    if outlook.memory_limited is not None:
        limit = outlook.memory_limited
        found.append(message("futures.market.memory", low=limit.p05, high=limit.p95))
    if outlook.bottleneck is not None:
        bound = outlook.bottleneck
        found.append(
            message(
                "futures.market.bottleneck",
                vendor=bound.vendor,
                year=str(bound.year),
                packages=round(bound.packages.p50, -4),
                low=round(bound.packages.p05, -4),
                high=round(bound.packages.p95, -4),
                binds=_chance(bound.p_memory_binds),
            )
        )
    if outlook.capacity:
        found.append(message("futures.market.capacity"))
        found.extend(_capacity(effect) for effect in outlook.capacity)
    found.append(message("futures.market.imported"))
    return tuple(found)


def _left_out(outlook: Outlook) -> dict[tuple[str, ...], list[str]]:
    """Return the years of each set of vendors that a domestic sum leaves out."""
    years: dict[tuple[str, ...], list[str]] = {}
    for one in outlook.domestic:
        if one.without_units:
            years.setdefault(one.without_units, []).append(str(one.year))
    return years


def reaction_findings(study: EventStudy, confounders: Sequence[str]) -> tuple[Message, ...]:
    """Return one finding a window, and the events that fell into the windows too."""
    found = [
        message(
            f"futures.reaction.{'clear' if one.distinguishable else 'unclear'}",
            session=study.session,
            first=str(one.window[0]),
            last=str(one.window[1]),
            car=one.car,
            daily=study.daily_spread,
            p=round(one.holm_p, 3),
        )
        for one in study.reactions
    ]
    if confounders:
        found.append(message("futures.reaction.confounded", events=", ".join(confounders)))
    return tuple(found)


def _capacity(effect: CapacityEffect) -> Message:
    return message(
        f"futures.capacity.{effect.link.id}",
        day=effect.day,
        events=", ".join(effect.link.events),
        figures=written(effect.figures),
    )
