"""A regime: the rulebook in force on one day, as known on another, ready to decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from narrows.core import InputError, Truth, UnknownNameError
from narrows.rules.answer import Answer, Held, resolve
from narrows.rules.arithmetic import FORMULAS
from narrows.rules.arrays import Column, Flags, NumberColumn, Table, Truths
from narrows.rules.bind import Binder
from narrows.rules.facts import refuse_odd_columns, refuse_odd_facts
from narrows.rules.missing import settle_by_cases
from narrows.rules.posture import LAYERS_OF, Posture
from narrows.rules.proof import Case, Proof, Recipes
from narrows.rules.quantity import FALSE, UNKNOWN, Facts
from narrows.rules.question import Fact
from narrows.rules.steps import Leaf, leaves
from narrows.rules.sweep import AnswerArray, resolve_arrays
from narrows.rules.verdict import Verdict

if TYPE_CHECKING:
    from narrows.rules.pack import Pack


class Regime:
    """The rules of one day as known on one day, seen from one posture.

    Cut one from a pack with :meth:`narrows.rules.Pack.at`; do not build it by hand.
    """

    def __init__(self, pack: Pack, *, on: date, known_on: date, posture: Posture) -> None:
        self.pack = pack
        self.on = on
        self.known_on = known_on
        self.posture = posture
        self.binder = Binder(pack, on)
        self.recipes: Recipes = _recipes(pack.facts)
        self._held: dict[str, tuple[Held, ...]] = {}
        self._leaves: dict[str, tuple[Leaf, ...]] = {}

    def decide(self, facts: Facts, *questions: str) -> Verdict:
        """Answer questions about one case, with proofs.

        Parameters
        ----------
        facts
            What is known, by fact id; an absent fact and ``None`` are unknown.
        questions
            Ids; all that any visible card answers where none is given.

        Raises
        ------
        InputError
            A fact has no such id, or is not of its kind.
        UnknownNameError
            A question has no such id.
        """
        refuse_odd_facts(facts, self.pack.facts)
        case = Case(facts, self.recipes)
        asked = questions or self.questions
        answers = tuple(self._answer(question, case, facts) for question in asked)
        return Verdict(regime=self, facts=facts, answers=answers)

    @cached_property
    def pack_hash(self) -> str:
        """The hash over the records that are visible, overlays included."""
        return self.pack.digest

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The questions that any card visible on the day answers, by id."""
        return tuple(name for name in sorted(self.pack.questions) if self.pack.cards_of(name))

    def held(self, question: str) -> tuple[Held, ...]:
        """Return the cards that speak to a question in this posture, bound for the day."""
        if question not in self._held:
            self._held[question] = self._speaking(question)
        return self._held[question]

    def _speaking(self, question: str) -> tuple[Held, ...]:
        if question not in self.pack.questions:
            raise UnknownNameError("question", question)
        layers = LAYERS_OF[self.posture]
        asked = self.pack.questions[question]
        return tuple(
            Held(card, asked.rank(card.effect.answer), self.binder.card(card.id))
            for card in self.pack.cards_of(question)
            if card.effect is not None
            and not layers.isdisjoint(card.layers)
            and self.binder.speaks(card.id)
        )

    def answer(self, question: str, case: Case) -> Answer:
        """Return the plain answer of a prepared case, without settling by cases."""
        held = self.held(question)
        return resolve(self.pack.questions[question], held, [one.step.prove(case) for one in held])

    def _answer(self, question: str, case: Case, facts: Facts) -> Answer:
        answer = self.answer(question, case)
        if answer.truth is not UNKNOWN or not answer.possible:
            return answer
        return settle_by_cases(self, answer, facts)

    def leaves(self, question: str) -> tuple[Leaf, ...]:
        """Return every comparison that the cards of a question may make."""
        if question not in self._leaves:
            seen: set[str] = set()
            found = (leaf for one in self.held(question) for leaf in leaves(one.step, seen))
            self._leaves[question] = tuple(dict.fromkeys(found))
        return self._leaves[question]

    def card(self, card_id: str, facts: Facts) -> Proof:
        """Return the proof of one card.

        Raises
        ------
        UnknownNameError
            No visible card has the id.
        """
        if card_id not in self.pack.cards:
            raise UnknownNameError("card", card_id)
        refuse_odd_facts(facts, self.pack.facts)
        step = self.binder.card(card_id)
        return step.prove(Case(facts, self.recipes))

    def truth(self, card_id: str, facts: Facts) -> Truth:
        """Return the truth of one card; a card that is not visible on the day is false."""
        return FALSE if card_id not in self.pack.cards else self.card(card_id, facts).truth

    def sweep(self, card_id: str, columns: Mapping[str, Column]) -> Truths:
        """Return the truth of one card for every case of a table, as arrays."""
        refuse_odd_columns(columns, self.pack.facts)
        table = Table(columns, self.recipes)
        return _spread(self.binder.card(card_id).sweep(table), _length(columns))

    def decide_many(self, columns: Mapping[str, Column], question: str) -> AnswerArray:
        """Answer one question for every case of a table.

        The answers agree with :meth:`decide` before it settles an unknown by cases.

        Raises
        ------
        InputError
            A column has no fact's id, is of another kind than the fact, or of another length.
        """
        refuse_odd_columns(columns, self.pack.facts)
        held = self.held(question)
        table = Table(columns, self.recipes)
        n = _length(columns)
        swept = [_spread(one.step.sweep(table), n) for one in held]
        return resolve_arrays(self.pack.questions[question], held, swept, n)


def _recipes(facts: Mapping[str, Fact]) -> Recipes:
    return {
        fact.id: tuple((FORMULAS[way.by], way.of) for way in fact.derive)
        for fact in facts.values()
        if fact.derive
    }


def _length(columns: Mapping[str, Column]) -> int:
    lengths = {_height(column) for column in columns.values()}
    if len(lengths) != 1:
        raise InputError("columns are of different lengths", "give one value for each case")
    return lengths.pop()


def _height(column: Column) -> int:
    return len(column.low if isinstance(column, NumberColumn) else column.codes)


def _spread(truths: Truths, n: int) -> Truths:
    known: Flags | None = truths.known
    return Truths(
        np.broadcast_to(truths.true, (n,)), None if known is None else np.broadcast_to(known, (n,))
    )


__all__ = ["Regime"]
