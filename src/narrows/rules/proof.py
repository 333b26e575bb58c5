"""A case as the evaluator sees it, and the proof that it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from narrows.core import Truth
from narrows.rules.arithmetic import Formula
from narrows.rules.quantity import FactValue

if TYPE_CHECKING:
    from narrows.rules.steps import Step


class Proof(NamedTuple):
    """One step of the reasoning: its truth, the steps below it, the fact that it looked at.

    Steps that could not matter any more were not taken and are absent.
    """

    step: Step
    truth: Truth
    children: tuple[Proof, ...] = ()
    value: FactValue = None

    def walk(self) -> Iterator[Proof]:
        """Yield this step and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


Recipes = Mapping[str, tuple[tuple[Formula, tuple[str, ...]], ...]]
"""For each derived fact its formulas, with the facts that they take."""


class Case(dict[str, FactValue]):
    """The facts of one case; what is absent or ``None`` is derived when it is asked for."""

    __slots__ = ("proofs", "recipes")

    def __init__(self, facts: Mapping[str, FactValue], recipes: Recipes) -> None:
        known = facts
        if None in facts.values():
            known = {name: value for name, value in facts.items() if value is not None}
        super().__init__(known)
        self.recipes = recipes
        self.proofs: dict[str, Proof] = {}

    def __missing__(self, fact: str) -> FactValue:
        self[fact] = None  # a fact that is derived from itself stays unknown
        for formula, inputs in self.recipes.get(fact, ()):
            derived = formula(*[self[name] for name in inputs])
            if derived is not None:
                self[fact] = derived
                break
        return dict.get(self, fact)


__all__ = ["Case", "Proof", "Recipes"]
