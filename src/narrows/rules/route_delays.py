"""Days that a rule may add on the way: notices, port checks, counsel. Time, not a gate."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.core import Gate, Message, Truth
from narrows.rules.card import Card
from narrows.rules.gates_said import said_by
from narrows.rules.pack import Pack
from narrows.rules.parameter import ParameterValue
from narrows.rules.regime import Regime
from narrows.rules.route_conflict import ConflictFinding
from narrows.rules.route_verdict_leg import LegReading

COUNSEL_DAYS = "cn.counsel_days"
NEEDS_COUNSEL = frozenset({"k2", "k3"})
DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Days that a rule adds on a leg, or may add where ``truth`` is unknown.

    ``gate`` is ``None`` where the days go to counsel and not to a gate.
    """

    leg: str | None
    gate: Gate | None
    truth: Truth
    low_days: float
    high_days: float
    message: Message
    cites: tuple[str, ...]


def delays_of(
    legs: tuple[LegReading, ...], conflicts: tuple[ConflictFinding, ...], *, pack: Pack
) -> tuple[Delay, ...]:
    """Return the days that rules add, leg by leg, and those of counsel last."""
    found = [delay for leg in legs for delay in _of_leg(leg, pack)]
    return (*found, *_of_counsel(conflicts, pack, legs[0].verdict.regime))


def _of_leg(leg: LegReading, pack: Pack) -> list[Delay]:
    return [
        delay
        for answer in leg.verdict.answers
        for one, proof in zip(answer.held, answer.proofs, strict=True)
        if proof.truth is not Truth.FALSE
        and (delay := _of_card(one.card, pack, leg, answer.question.gate, proof.truth))
    ]


def _of_card(
    card: Card, pack: Pack, leg: LegReading, gate: Gate | None, truth: Truth
) -> Delay | None:
    rate = None if card.effect is None else card.effect.rate
    span = _days(rate, pack, leg.verdict.regime)
    if span is None:
        return None
    return Delay(
        leg=leg.leg.id,
        gate=gate,
        truth=truth,
        low_days=span[0],
        high_days=span[1],
        message=said_by(card),
        cites=tuple(cite.text for cite in card.cite),
    )


def _of_counsel(conflicts: tuple[ConflictFinding, ...], pack: Pack, regime: Regime) -> list[Delay]:
    """Return the days of counsel once: one opinion can cover every step that needs it."""
    needing = [finding for finding in conflicts if finding.code in NEEDS_COUNSEL]
    span = _days(COUNSEL_DAYS, pack, regime)
    if not needing or span is None:
        return []
    sure = any(finding.truth is Truth.TRUE for finding in needing)
    return [
        Delay(
            leg=None,
            gate=None,
            truth=Truth.TRUE if sure else Truth.UNKNOWN,
            low_days=span[0],
            high_days=span[1],
            message=needing[0].message,
            cites=tuple(dict.fromkeys(cite for finding in needing for cite in finding.cites)),
        )
    ]


def _days(name: str | None, pack: Pack, regime: Regime) -> tuple[float, float] | None:
    """Return the span of a parameter in days, as the regime knows it."""
    parameter = None if name is None else pack.parameters.get(name)
    if parameter is None or parameter.unit != DAY:
        return None
    dated = regime.pack.value(parameter.id, regime.on)
    return None if dated is None else _span(dated.value)


def _span(value: ParameterValue) -> tuple[float, float] | None:
    if isinstance(value, dict):
        return float(value["low"]), float(value["high"])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value), float(value)
    return None
