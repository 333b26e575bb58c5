"""The bound tree: each kind of node with its two meanings, for one case and for many.

``prove`` answers one case with a proof and stops as soon as the rest cannot matter. ``sweep``
answers a table of cases with arrays. Both speak strong Kleene logic and must agree; a property
test holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import and_, or_
from typing import Protocol

import numpy as np

from narrows.core import Truth
from narrows.rules.arrays import NumberColumn, Table, Truths, compare_numbers, everywhere
from narrows.rules.parameter import DatedValue
from narrows.rules.proof import Case, Proof
from narrows.rules.quantity import (
    COMPARISONS,
    FALSE,
    NUMERIC,
    TRUE,
    UNKNOWN,
    BoundValue,
    FactValue,
)


class Step(Protocol):
    """A node whose parameters have been resolved for one day."""

    def prove(self, case: Case) -> Proof:
        """Return the truth for one case, with the steps taken."""

    def sweep(self, table: Table) -> Truths:
        """Return the truth for every case of a table."""


class CompareStep:
    """A fact against a bound; unknown where either is."""

    __slots__ = ("bound", "dated", "fact", "op", "parameter", "test")

    def __init__(
        self,
        fact: str,
        op: str,
        *,
        bound: BoundValue | None,
        parameter: str | None = None,
        dated: DatedValue | None = None,
    ) -> None:
        self.fact = fact
        self.op = op
        self.bound = bound
        self.parameter = parameter
        self.dated = dated
        self.test: Callable[..., Truth] = COMPARISONS[op]

    def prove(self, case: Case) -> Proof:
        """Compare the fact of one case."""
        value = case[self.fact]
        if value is None or self.bound is None:
            return Proof(self, UNKNOWN, (), value)
        return Proof(self, self.test(value, self.bound), (), value)

    def sweep(self, table: Table) -> Truths:
        """Compare a whole column."""
        return table.once(self, lambda: self._sweep(table))

    def _sweep(self, table: Table) -> Truths:
        bound = self.bound
        if bound is None:
            return everywhere(UNKNOWN)
        if self.op not in NUMERIC:
            return table.compared(self.fact, lambda value: self.test(value, bound))
        column = table.column(self.fact)
        if not isinstance(column, NumberColumn) or not isinstance(bound, float):
            return everywhere(UNKNOWN)
        return compare_numbers(self.op, column, bound)


class LookupStep:
    """What a table says of a fact, against a bound."""

    __slots__ = ("absent", "bound", "dated", "fact", "op", "rows", "table", "test")

    def __init__(
        self,
        fact: str,
        op: str,
        *,
        table: str,
        rows: Mapping[str, str | float] | None,
        bound: BoundValue | None,
        absent: Truth,
        dated: DatedValue | None = None,
    ) -> None:
        self.fact = fact
        self.op = op
        self.table = table
        self.rows = rows
        self.bound = bound
        self.absent = absent
        self.dated = dated
        self.test: Callable[..., Truth] = COMPARISONS[op]

    def said_of(self, value: FactValue) -> Truth:
        """Return the truth for one value of the fact."""
        if value is None or self.rows is None or self.bound is None:
            return UNKNOWN
        if value not in self.rows:
            return self.absent
        return self.test(self.rows[str(value)], self.bound)

    def prove(self, case: Case) -> Proof:
        """Look one case up."""
        value = case[self.fact]
        return Proof(self, self.said_of(value), (), value)

    def sweep(self, table: Table) -> Truths:
        """Look each word that occurs up once."""
        return table.compared(self.fact, self.said_of)


class NotStep:
    """Negation."""

    __slots__ = ("child",)

    def __init__(self, child: Step) -> None:
        self.child = child

    def prove(self, case: Case) -> Proof:
        """Turn the truth of one case over."""
        proof = self.child.prove(case)
        return Proof(self, ~proof.truth, (proof,))

    def sweep(self, table: Table) -> Truths:
        """Turn every truth over."""
        return ~self.child.sweep(table)


class AllStep:
    """Conjunction; one false child settles it."""

    __slots__ = ("children",)

    def __init__(self, children: tuple[Step, ...]) -> None:
        self.children = children

    def prove(self, case: Case) -> Proof:
        """Stop at the first false child."""
        taken: list[Proof] = []
        truth = TRUE
        for child in self.children:
            proof = child.prove(case)
            if proof.truth is FALSE:
                return Proof(self, FALSE, (proof,))
            if proof.truth is UNKNOWN:
                truth = UNKNOWN
            taken.append(proof)
        return Proof(self, truth, tuple(taken))

    def sweep(self, table: Table) -> Truths:
        """Sweep all children."""
        return reduce(and_, (child.sweep(table) for child in self.children))


class AnyStep:
    """Disjunction; one true child settles it."""

    __slots__ = ("children",)

    def __init__(self, children: tuple[Step, ...]) -> None:
        self.children = children

    def prove(self, case: Case) -> Proof:
        """Stop at the first true child."""
        taken: list[Proof] = []
        truth = FALSE
        for child in self.children:
            proof = child.prove(case)
            if proof.truth is TRUE:
                return Proof(self, TRUE, (proof,))
            if proof.truth is UNKNOWN:
                truth = UNKNOWN
            taken.append(proof)
        return Proof(self, truth, tuple(taken))

    def sweep(self, table: Table) -> Truths:
        """Sweep all children."""
        return reduce(or_, (child.sweep(table) for child in self.children))


class AtLeastStep:
    """At least ``count`` of the children."""

    __slots__ = ("children", "count", "dated")

    def __init__(
        self, count: float | None, children: tuple[Step, ...], dated: DatedValue | None = None
    ) -> None:
        self.count = count
        self.children = children
        self.dated = dated

    def prove(self, case: Case) -> Proof:
        """Count what holds, and what still could."""
        taken = tuple(child.prove(case) for child in self.children)
        if self.count is None:
            return Proof(self, UNKNOWN, taken)
        held = sum(proof.truth is TRUE for proof in taken)
        possible = sum(proof.truth is not FALSE for proof in taken)
        truth = TRUE if held >= self.count else UNKNOWN if possible >= self.count else FALSE
        return Proof(self, truth, taken)

    def sweep(self, table: Table) -> Truths:
        """Count by column."""
        if self.count is None:
            return everywhere(UNKNOWN)
        swept = [child.sweep(table) for child in self.children]
        held = reduce(np.add, (truths.true.astype(np.intp) for truths in swept))
        failed = reduce(np.add, (truths.false.astype(np.intp) for truths in swept))
        true = held >= self.count
        return Truths(true, true | (len(swept) - failed < self.count))


class UnlessStep:
    """A step that any of its exceptions defeats."""

    __slots__ = ("child", "exceptions")

    def __init__(self, child: Step, exceptions: tuple[Step, ...]) -> None:
        self.child = child
        self.exceptions = exceptions

    def prove(self, case: Case) -> Proof:
        """Stop where the child fails or an exception holds."""
        proof = self.child.prove(case)
        if proof.truth is FALSE:
            return Proof(self, FALSE, (proof,))
        taken = [proof]
        truth = proof.truth
        for exception in self.exceptions:
            defeat = exception.prove(case)
            if defeat.truth is TRUE:
                return Proof(self, FALSE, (defeat,))
            if defeat.truth is UNKNOWN:
                truth = UNKNOWN
            taken.append(defeat)
        return Proof(self, truth, tuple(taken))

    def sweep(self, table: Table) -> Truths:
        """Sweep the child and all exceptions."""
        held = self.child.sweep(table)
        for exception in self.exceptions:
            held = held & ~exception.sweep(table)
        return held


class CardStep:
    """A card; proven once a case, swept once a table."""

    __slots__ = ("body", "card_id")

    def __init__(self, card_id: str, body: Step) -> None:
        self.card_id = card_id
        self.body = body

    def prove(self, case: Case) -> Proof:
        """Prove the card, or return the proof that this case already has."""
        known = case.proofs.get(self.card_id)
        if known is not None:
            return known
        body = self.body.prove(case)
        proof = case.proofs[self.card_id] = Proof(self, body.truth, (body,))
        return proof

    def sweep(self, table: Table) -> Truths:
        """Sweep the card, or return what this table already has."""
        return table.once(self, lambda: self.body.sweep(table))


class FixedStep:
    """A card that does not speak on the day, or whose switch stands at unknown."""

    __slots__ = ("card_id", "truth")

    def __init__(self, card_id: str, truth: Truth) -> None:
        self.card_id = card_id
        self.truth = truth

    def prove(self, case: Case) -> Proof:  # noqa: ARG002 - the same for every case
        """Return the fixed truth."""
        return Proof(self, self.truth)

    def sweep(self, table: Table) -> Truths:  # noqa: ARG002 - the same for every case
        """Return the fixed truth for every case."""
        return everywhere(self.truth)


Leaf = CompareStep | LookupStep


def leaves(step: Step, seen: set[str]) -> Iterator[Leaf]:
    """Yield the comparisons below a step, those of a card once."""
    if isinstance(step, (CompareStep, LookupStep)):
        yield step
    if isinstance(step, CardStep):
        if step.card_id in seen:
            return
        seen.add(step.card_id)
    for child in _below(step):
        yield from leaves(child, seen)


def _below(step: Step) -> tuple[Step, ...]:
    if isinstance(step, CardStep):
        return (step.body,)
    if isinstance(step, NotStep):
        return (step.child,)
    if isinstance(step, UnlessStep):
        return (step.child, *step.exceptions)
    return step.children if isinstance(step, (AllStep, AnyStep, AtLeastStep)) else ()


__all__ = [
    "AllStep",
    "AnyStep",
    "AtLeastStep",
    "CardStep",
    "CompareStep",
    "FixedStep",
    "Leaf",
    "LookupStep",
    "NotStep",
    "Step",
    "UnlessStep",
    "leaves",
]
