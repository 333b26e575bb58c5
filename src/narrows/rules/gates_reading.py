"""From the answer of the cards to the reading of a gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from narrows.core import GateReading, GateState, Truth
from narrows.rules.answer import JOIN_SIGN, Answer
from narrows.rules.card import Card
from narrows.rules.gates import STRICTNESS, distinct
from narrows.rules.gates_band import band_over
from narrows.rules.gates_evidence import evidence_of, only_evidence
from narrows.rules.gates_said import said_by, titled, weakest
from narrows.rules.quantity import Facts
from narrows.rules.question import Option
from narrows.rules.regime import Regime

PASSABLE_ON_PAPERS = frozenset({GateState.OPEN, GateState.CONDITIONAL, GateState.SHUT})
"""States between which papers decide: shown they leave a condition, missing they shut the gate."""


class Context(NamedTuple):
    """What a reading needs beside the answer: the regime, the facts, the leg."""

    regime: Regime
    facts: Facts
    leg: str | None
    missing: tuple[str, ...] = ()


def read_gate(answer: Answer, context: Context) -> GateReading | None:
    """Return what an answer says of its gate, or ``None`` where it does not bear on the leg.

    An open answer is as strict as the strictest that is still possible allows; see ``_state``.
    """
    if answer.question.gate is None or not answer.checked:
        return None
    options = options_of(answer)
    if all(option.state is None for option in options):
        return None
    regime, cards = context.regime, speaking(answer)
    state = _state({option.state for option in options}, answer, regime)
    band = None
    if state is GateState.DISCRETIONARY:
        band = band_over([option.id for option in options], cards, regime=regime)
    if state is GateState.DISCRETIONARY and band is None:
        state = GateState.UNKNOWN
    cards = _state_first(cards, answer, state)
    return GateReading(
        answer.question.gate,
        state,
        said_by(cards[0]) if cards else titled("rules.route.answer", options[-1].title),
        cites=distinct(cite.text for card in cards for cite in card.cite),
        evidence=evidence_of(answer, cards, regime=regime, facts=context.facts),
        missing=context.missing if state is not GateState.SHUT else (),
        p_low=None if band is None else band.low,
        p_high=None if band is None else band.high,
        clock=_clock(cards, regime),
        leg=context.leg,
        layer=cards[0].layers[0].value if cards else None,
        certainty=weakest(cite for card in cards for cite in card.cite),
        notes=tuple(said_by(card) for card in cards[1:]),
    )


def options_of(answer: Answer) -> tuple[Option, ...]:
    """Return the answers that are possible, from mild to strict; joined ones one by one."""
    words = answer.possible if answer.word is None else (answer.word,)
    singles = distinct(word for joined in words for word in joined.split(JOIN_SIGN))
    return tuple(answer.question.option(word) for word in singles)


def speaking(answer: Answer) -> tuple[Card, ...]:
    """Return the cards that carry the answer, or that leave it open; the strictest first."""
    if answer.truth is Truth.FALSE:
        return ()
    words = {option.id for option in options_of(answer)}
    settled = answer.truth is Truth.TRUE and not answer.by_cases
    wanted = {Truth.TRUE} if settled else {Truth.TRUE, Truth.UNKNOWN}
    cards = [
        one.card
        for one, proof in zip(answer.held, answer.proofs, strict=True)
        if proof.truth in wanted and _word(one.card) in words
    ]
    return tuple(sorted(cards, key=lambda card: (-answer.question.rank(_word(card)), card.id)))


def _word(card: Card) -> str:
    return "" if card.effect is None else card.effect.answer


def _state(states: set[GateState | None], answer: Answer, regime: Regime) -> GateState:
    """Return the state of a gate from the states that are possible.

    Where papers alone decide, or where every possible answer leaves a way through, the strictest
    way through stands; a gate that may be shut for another reason is unknown.
    """
    known = {state for state in states if state is not None}
    if len(states) == 1 and known:
        return known.pop()
    if GateState.CONDITIONAL in known and known <= PASSABLE_ON_PAPERS:
        may_shut = GateState.SHUT in known and not only_evidence(answer, regime)
        return GateState.UNKNOWN if may_shut else GateState.CONDITIONAL
    if None not in states and known <= {GateState.DISCRETIONARY, GateState.CONDITIONAL}:
        return max(known, key=STRICTNESS.index)
    return GateState.UNKNOWN


def _state_first(cards: Sequence[Card], answer: Answer, state: GateState) -> tuple[Card, ...]:
    """Return the cards with those first that put the gate in the state that it is read in."""
    option = answer.question.option
    return tuple(sorted(cards, key=lambda card: option(_word(card)).state is not state))


def _clock(cards: Sequence[Card], regime: Regime) -> date | None:
    """Return the first day from the regime's on which a card that speaks lapses."""
    ends = [end for card in cards for end in _ends(card, regime) if end >= regime.on]
    return min(ends, default=None)


def _ends(card: Card, regime: Regime) -> list[date]:
    found = [card.in_force.until, *(ending.after for ending in card.ends)]
    if card.effect is not None and card.effect.band is not None:
        dated = regime.pack.value(card.effect.band, regime.on)
        found.append(None if dated is None else dated.in_force.until)
    return [end for end in found if end is not None]
