"""What a gate asks to see: conditions that have to hold as well, and papers, shown or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from narrows.core import EvidenceItem, Truth, truth_of
from narrows.rules.answer import Answer
from narrows.rules.card import Ask, Card
from narrows.rules.gates import distinct
from narrows.rules.gates_said import titled
from narrows.rules.proof import Proof
from narrows.rules.quantity import Facts
from narrows.rules.regime import Regime
from narrows.rules.steps import CardStep, CompareStep, FixedStep, LookupStep


def evidence_of(
    answer: Answer, cards: Sequence[Card], *, regime: Regime, facts: Facts
) -> tuple[EvidenceItem, ...]:
    """Return the conditions of an answer as one item each, then what its own cards ask to see."""
    relying = [*cards, *_failed_on_condition(answer, regime)]
    conditions = conditions_of(relying, regime)
    return distinct(
        [
            *(_condition_item(card, regime, facts) for card in conditions),
            *(evidence_item(card, ask, facts=facts) for card in cards for ask in card.evidence),
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


def _condition_item(card: Card, regime: Regime, facts: Facts) -> EvidenceItem:
    shown = regime.truth(card.id, facts)
    return EvidenceItem(card.id, shown, titled("rules.route.ask", card.title), card.cite[0].text)


def evidence_item(card: Card, ask: Ask, *, facts: Facts) -> EvidenceItem:
    """Return one thing that a card asks to see, and whether the facts show it."""
    value = facts.get(ask.fact)
    shown = truth_of(value) if isinstance(value, bool) or value is None else Truth.TRUE
    return EvidenceItem(ask.fact, shown, titled("rules.route.ask", ask.ask), card.cite[0].text)


def conditions_of(cards: Iterable[Card], regime: Regime) -> tuple[Card, ...]:
    """Return the cards that have to hold as well before anybody relies on an answer."""
    names = [name for card in cards if card.effect for name in card.effect.conditions]
    return distinct(regime.pack.cards[name] for name in names if name in regime.pack.cards)


def only_evidence(answer: Answer, regime: Regime) -> bool:
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
