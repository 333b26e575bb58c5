"""From the answer of the cards to the reading of a gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from narrows.core import EvidenceItem, GateReading, GateState, Message, Truth, message, truth_of
from narrows.rules.answer import JOIN_SIGN, Answer
from narrows.rules.card import Ask, Card
from narrows.rules.gates import CERTAINTIES, STRICTNESS, distinct
from narrows.rules.law import Citation, Formality, Layer, Title
from narrows.rules.proof import Proof
from narrows.rules.quantity import Facts
from narrows.rules.question import Option
from narrows.rules.regime import Regime
from narrows.rules.steps import CardStep, CompareStep, FixedStep, LookupStep

SAID_AS = {
    Formality.LAW: "rules.route.law",
    Formality.NOTICE: "rules.route.notice",
    Formality.MANDATE: "rules.route.mandate",
    Formality.GUIDANCE: "rules.route.guidance",
    Formality.REPORT: "rules.route.report",
}
"""How each rung of formality is said, so that guidance is never shown as law."""


PASSABLE_ON_PAPERS = frozenset({GateState.OPEN, GateState.CONDITIONAL, GateState.SHUT})
"""States between which papers decide: shown they leave a condition, missing they shut the gate."""


class Band(NamedTuple):
    """The cited chance that a discretion is used favourably."""

    low: float
    high: float


class Context(NamedTuple):
    """What a reading needs beside the answer: the regime, the facts, the leg."""

    regime: Regime
    facts: Facts
    leg: str | None
    missing: tuple[str, ...] = ()


def read_gate(answer: Answer, context: Context) -> GateReading | None:
    """Return what an answer says of its gate, or ``None`` where it does not bear on the leg.

    An open answer is as strict as the strictest that is still possible allows: it is ``unknown``
    unless every possible answer puts the gate in one state, or unless only evidence is missing.
    """
    if answer.question.gate is None or not answer.checked:
        return None
    options = options_of(answer)
    states = {option.state for option in options}
    if states == {None}:
        return None
    cards = speaking(answer)
    state = _state(states, answer, context.regime)
    band = _band(cards, answer, context) if state is GateState.DISCRETIONARY else None
    if state is GateState.DISCRETIONARY and band is None:
        state = GateState.UNKNOWN
    return GateReading(
        answer.question.gate,
        state,
        _said(options[-1], cards),
        cites=_cites(cards),
        evidence=_evidence(answer, cards, context),
        missing=context.missing if state is not GateState.SHUT else (),
        p_low=None if band is None else band.low,
        p_high=None if band is None else band.high,
        clock=_clock(cards, context.regime),
        leg=context.leg,
        layer=_layer(cards),
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
    pairs = sorted(answer.deciding, key=lambda pair: pair[0].id)
    cards = [card for card, _ in pairs]
    if not answer.truth.known:
        sure = [
            one.card
            for one, proof in zip(answer.held, answer.proofs, strict=True)
            if proof.truth is Truth.TRUE and _word(one.card) in answer.possible
        ]
        cards = [*cards, *sure]
    return tuple(sorted(distinct(cards), key=lambda card: -answer.question.rank(_word(card))))


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
        may_shut = GateState.SHUT in known and not _only_evidence(answer, regime)
        return GateState.UNKNOWN if may_shut else GateState.CONDITIONAL
    if None not in states and known <= {GateState.DISCRETIONARY, GateState.CONDITIONAL}:
        return max(known, key=STRICTNESS.index)
    return GateState.UNKNOWN


def _only_evidence(answer: Answer, regime: Regime) -> bool:
    """Return whether all that the cards still look for is evidence that they ask to see."""
    cards = [one.card for one in answer.held]
    conditions = {card.id for card in conditions_of(cards, regime)}
    asked = {ask.fact for card in cards for ask in card.evidence}
    open_leaves = [
        leaf
        for proof in answer.proofs
        if proof.truth is Truth.UNKNOWN
        for leaf in _open_leaves(proof, conditions)
    ]
    return all(leaf in asked for leaf in open_leaves)


def _open_leaves(proof: Proof, conditions: set[str]) -> Iterator[str]:
    """Yield the facts that a proof waits for outside the cards that are conditions."""
    if isinstance(proof.step, CardStep) and proof.step.card_id in conditions:
        return
    if proof.truth is Truth.UNKNOWN and isinstance(proof.step, (CompareStep, LookupStep)):
        yield proof.step.fact
    if proof.truth is Truth.UNKNOWN and isinstance(proof.step, FixedStep):
        yield proof.step.card_id
    for child in proof.children:
        yield from _open_leaves(child, conditions)


def conditions_of(cards: Iterable[Card], regime: Regime) -> tuple[Card, ...]:
    """Return the cards that have to hold as well before anybody relies on an answer."""
    names = [name for card in cards if card.effect for name in card.effect.conditions]
    return distinct(regime.pack.cards[name] for name in names if name in regime.pack.cards)


def _band(cards: Sequence[Card], answer: Answer, context: Context) -> Band | None:
    """Return the hull over the answers that are possible of the strictest band of each."""
    bands = [
        band
        for option in options_of(answer)
        if (band := _strictest_band(cards, option.id, context)) is not None
    ]
    if not bands:
        return None
    return Band(min(band.low for band in bands), max(band.high for band in bands))


def _strictest_band(cards: Sequence[Card], word: str, context: Context) -> Band | None:
    found = [
        band
        for card in cards
        if _word(card) == word and (band := band_of(card, context.regime)) is not None
    ]
    if not found:
        return None
    return Band(min(band.low for band in found), min(band.high for band in found))


def band_of(card: Card, regime: Regime) -> Band | None:
    """Return the band that a card's discretion has on the regime's day, as known then."""
    if card.effect is None or card.effect.band is None:
        return None
    dated = regime.pack.value(card.effect.band, regime.on)
    if dated is None or not isinstance(dated.value, dict):
        return None
    return Band(float(dated.value["low"]), float(dated.value["high"]))


def _evidence(answer: Answer, cards: Sequence[Card], context: Context) -> tuple[EvidenceItem, ...]:
    """Return the conditions of an answer as one item each, then what its own cards ask to see."""
    relying = [*cards, *_failed_on_condition(answer, context.regime)]
    conditions = conditions_of(relying, context.regime)
    return distinct(
        [
            *(_condition_item(card, context) for card in conditions),
            *(evidence_item(card, ask, context) for card in cards for ask in card.evidence),
        ]
    )


def _failed_on_condition(answer: Answer, regime: Regime) -> list[Card]:
    """Return the cards that a condition of theirs has defeated: a reader wants to see which."""
    failed = []
    for one, proof in zip(answer.held, answer.proofs, strict=True):
        conditions = {card.id for card in conditions_of([one.card], regime)}
        steps = [step.step for step in proof.walk() if step.truth is Truth.FALSE]
        names = {step.card_id for step in steps if isinstance(step, CardStep)}
        if proof.truth is Truth.FALSE and names & conditions:
            failed.append(one.card)
    return failed


def _condition_item(card: Card, context: Context) -> EvidenceItem:
    shown = context.regime.truth(card.id, context.facts)
    return EvidenceItem(card.id, shown, titled("rules.route.ask", card.title), card.cite[0].text)


def evidence_item(card: Card, ask: Ask, context: Context) -> EvidenceItem:
    """Return one thing that a card asks to see, and whether the facts show it."""
    value = context.facts.get(ask.fact)
    shown = truth_of(value) if isinstance(value, bool) or value is None else Truth.TRUE
    return EvidenceItem(ask.fact, shown, titled("rules.route.ask", ask.ask), card.cite[0].text)


def titled(message_id: str, title: Title, **values: str | float | date | None) -> Message:
    """Return a message that carries a title in its three languages."""
    return message(message_id, en=title.en, zh_hant=title.zh_hant, zh_hans=title.zh_hans, **values)


def _said(option: Option, cards: Sequence[Card]) -> Message:
    return said_by(cards[0]) if cards else titled("rules.route.answer", option.title)


def said_by(card: Card) -> Message:
    """Return what a card says, named by its rung so that guidance is never shown as law."""
    certainty = weakest(card.cite)
    return titled(SAID_AS[card.formality], card.title, card=card.id, certainty=certainty)


def weakest(cites: Iterable[Citation]) -> str | None:
    """Return the weakest certainty among citations."""
    marks = [cite.certainty.value for cite in cites]
    return max(marks, key=CERTAINTIES.index, default=None)


def _cites(cards: Sequence[Card]) -> tuple[str, ...]:
    return distinct(cite.text for card in cards for cite in card.cite)


def _layer(cards: Sequence[Card]) -> str | None:
    return next((_first_layer(card).value for card in cards), None)


def _first_layer(card: Card) -> Layer:
    return card.layers[0]


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
