"""How the cards that speak to a question become one answer, and an answer for each layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from narrows.core import Truth
from narrows.rules.card import Card
from narrows.rules.law import Layer
from narrows.rules.proof import Proof
from narrows.rules.quantity import FALSE, TRUE, UNKNOWN
from narrows.rules.question import Question, Resolve
from narrows.rules.steps import Step


class Held(NamedTuple):
    """A card that speaks to a question: its answer's place on the scale, and its step."""

    card: Card
    rank: int
    step: Step


class Missing(NamedTuple):
    """A fact that is unknown or known too loosely, or a parameter that was never set.

    Attributes
    ----------
    fact
        The fact that a rule looked at, or the parameter that holds no value.
    inputs
        What to ask for: the fact itself, or the unknown inputs that it would follow from.
    outcomes
        The answers that its possible values lead to; ``None`` stands for still open.
    settles
        Whether some value of it settles the question alone.
    """

    fact: str
    inputs: tuple[str, ...]
    outcomes: tuple[str | None, ...]
    settles: bool


class Answer(NamedTuple):
    """What the cards say to a question.

    Attributes
    ----------
    truth
        True where an answer holds, false where none does and all is known, else unknown.
    word
        The answer; the question's ``none`` where none holds; ``None`` where it is not settled or
        no card speaks on the day.
    possible
        The answers that are not excluded, from mild to strict; empty where no card speaks.
    held, proofs
        The cards that speak, in the order of their ids, and the proof of each.
    by_cases
        Whether an unknown was settled because every value of the missing fact gives one answer.
    missing
        What an open answer waits for, most decisive first.
    """

    question: Question
    truth: Truth
    word: str | None
    possible: tuple[str, ...]
    held: tuple[Held, ...]
    proofs: tuple[Proof, ...]
    by_cases: bool = False
    missing: tuple[Missing, ...] = ()

    @property
    def checked(self) -> bool:
        """Whether any card speaks to the question on the day; if not, it is not checked."""
        return bool(self.held)

    @property
    def deciding(self) -> tuple[tuple[Card, Proof], ...]:
        """The cards that carry the answer, with their proofs; those in doubt where it is open."""
        pairs = zip(self.held, self.proofs, strict=True)
        if self.truth is FALSE:
            return ()
        wanted = TRUE if self.truth is TRUE and not self.by_cases else UNKNOWN
        words = set((self.word or "").split(JOIN_SIGN)) | set(self.possible)
        return tuple(
            (one.card, proof)
            for one, proof in pairs
            if proof.truth is wanted and _word(one) in words
        )

    def in_layer(self, layer: Layer) -> Answer:
        """Return the answer as one layer gives it."""
        return self._among(lambda card: layer in card.layers)

    @property
    def by_layer(self) -> dict[Layer, Answer]:
        """The answer of each layer in which a card speaks."""
        layers = {layer for one in self.held for layer in one.card.layers}
        return {layer: self.in_layer(layer) for layer in Layer if layer in layers}

    def _among(self, keep: Callable[[Card], bool]) -> Answer:
        pairs = [pair for pair in zip(self.held, self.proofs, strict=True) if keep(pair[0].card)]
        return resolve(self.question, [one for one, _ in pairs], [proof for _, proof in pairs])


JOIN_SIGN = "+"
"""Stands between the answers of a question that joins them."""


def _word(one: Held) -> str:
    return "" if one.card.effect is None else one.card.effect.answer


def resolve(question: Question, held: Sequence[Held], proofs: Sequence[Proof]) -> Answer:
    """Return the answer that proven cards give together."""
    kept = (tuple(held), tuple(proofs))
    if not held:
        return Answer(question, UNKNOWN, None, (), *kept)
    sure: set[int] = set()
    open_: set[int] = set()
    for one, proof in zip(held, proofs, strict=True):
        if proof.truth is TRUE:
            sure.add(one.rank)
        elif proof.truth is UNKNOWN:
            open_.add(one.rank)
    joins = question.resolve is Resolve.JOIN
    possible = (_joined if joins else _strictest)(question, sure, open_ - sure)
    if len(possible) > 1:
        return Answer(question, UNKNOWN, None, possible, *kept)
    return Answer(question, TRUE if sure else FALSE, possible[0], possible, *kept)


def _strictest(question: Question, sure: set[int], open_: set[int]) -> tuple[str, ...]:
    floor = max(sure) if sure else -1
    least = question.answers[floor].id if sure else question.none.id
    stricter = sorted(rank for rank in open_ if rank > floor) if open_ else ()
    return (least, *(question.answers[rank].id for rank in stricter))


def _joined(question: Question, sure: set[int], open_: set[int]) -> tuple[str, ...]:
    least, most = _join(question, sure), _join(question, sure | open_)
    singles = (_join(question, sure | {rank}) for rank in sorted(open_))
    return tuple(dict.fromkeys((least, *singles, most))) if open_ else (least,)


def _join(question: Question, ranks: Iterable[int]) -> str:
    words = [question.answers[rank].id for rank in sorted(ranks)]
    return JOIN_SIGN.join(words) if words else question.none.id


__all__ = ["JOIN_SIGN", "Answer", "Held", "Missing", "resolve"]
