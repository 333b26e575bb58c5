"""Which missing fact would change the answer: each is forced through all that it could be."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from narrows.core import Truth
from narrows.rules.answer import Answer, Missing
from narrows.rules.proof import Case, Proof
from narrows.rules.quantity import FALSE, NUMERIC, TRUE, UNKNOWN, Between, Facts, FactValue
from narrows.rules.question import Fact, FactKind
from narrows.rules.steps import CompareStep, Leaf, LookupStep

if TYPE_CHECKING:
    from narrows.rules.regime import Regime

OTHER_WORD = "other"
"""Stands for any word that no rule names."""


def rank_missing(regime: Regime, answer: Answer, facts: Facts) -> tuple[Missing, ...]:
    """Return the missing facts of an open answer, most decisive first."""
    leaves = _leaves_by_fact(answer.proofs)
    found = [_missing(regime, answer, facts, fact, leaves[fact]) for fact in sorted(leaves)]
    found += [Missing(name, (name,), (None,), settles=False) for name in _unset(answer.proofs)]
    return tuple(sorted(found, key=lambda one: (not one.settles, -len(one.outcomes), one.fact)))


def settle_by_cases(regime: Regime, answer: Answer, facts: Facts) -> Answer:
    """Return an open answer settled where every value of one unknown leads to the same answer.

    Kleene's logic loses such cases: it does not see that a fact, or a rule, is either so or not.
    Where the values give several answers, no other answer stays possible. What is still open
    carries its missing facts.
    """
    missing = rank_missing(regime, answer, facts)
    cards = _outcomes_of_cards(regime, answer, facts)
    agreed = _in_all((*cards, *(one.outcomes for one in missing))) or answer.possible
    left = tuple(sorted(agreed, key=_place_among(answer.possible)))
    if len(left) != 1:
        return answer._replace(possible=left, missing=missing)
    truth = FALSE if left[0] == answer.question.none.id else TRUE
    return answer._replace(truth=truth, word=left[0], possible=left, by_cases=True)


def _place_among(possible: tuple[str, ...]) -> Callable[[str], int]:
    """Return a sort key that keeps the order from mild to strict; joined limbs come last."""
    return lambda word: possible.index(word) if word in possible else len(possible)


def _in_all(splits: Iterable[tuple[str | None, ...]]) -> tuple[str, ...]:
    """Return the answers that every split without an open end allows; empty where none is such."""
    closed = [[word for word in words if word is not None] for words in splits if None not in words]
    if not closed:
        return ()
    return tuple(word for word in closed[0] if all(word in other for other in closed[1:]))


def _outcomes_of_cards(
    regime: Regime, answer: Answer, facts: Facts
) -> Iterator[tuple[str | None, ...]]:
    """Yield the answers under both truths of each open card."""
    for one, proof in zip(answer.held, answer.proofs, strict=True):
        if proof.truth is UNKNOWN:
            yield _outcomes_of_card(regime, answer, facts, one.card.id)


def _outcomes_of_card(
    regime: Regime, answer: Answer, facts: Facts, card_id: str
) -> tuple[str | None, ...]:
    words = []
    for truth in (FALSE, TRUE):
        case = Case(facts, regime.recipes)
        case.proofs[card_id] = Proof(regime.binder.card(card_id), truth)
        words.append(regime.answer(answer.question.id, case).word)
    return tuple(dict.fromkeys(words))


def names_missing(proofs: Iterable[Proof]) -> tuple[str, ...]:
    """Return the facts, and the unset parameters, at which open proofs stopped, by id."""
    kept = tuple(proofs)
    return tuple(sorted({*_leaves_by_fact(kept), *_unset(kept)}))


def _leaves_by_fact(proofs: Iterable[Proof]) -> dict[str, list[Leaf]]:
    found: dict[str, list[Leaf]] = {}
    for leaf, value in _open_leaves(proofs):
        if not _exact(value):
            found.setdefault(leaf.fact, []).append(leaf)
    return found


def _unset(proofs: Iterable[Proof]) -> tuple[str, ...]:
    """Return the parameters that hold no value, or no row, for facts that are all known."""
    names = {
        leaf.table if isinstance(leaf, LookupStep) else leaf.parameter
        for leaf, value in _open_leaves(proofs)
        if _exact(value)
    }
    return tuple(sorted(name for name in names if name is not None))


def _open_leaves(proofs: Iterable[Proof]) -> Iterator[tuple[Leaf, FactValue]]:
    for proof in proofs:
        for step in proof.walk():
            if step.truth is UNKNOWN and isinstance(step.step, (CompareStep, LookupStep)):
                yield step.step, step.value


def _leaves_on(regime: Regime, question: str, fact: str, seen: list[Leaf]) -> list[Leaf]:
    """Return every bound comparison of a fact: other cards may look at it once it is known."""
    return [*seen, *(leaf for leaf in regime.leaves(question) if leaf.fact == fact)]


def _missing(regime: Regime, answer: Answer, facts: Facts, fact: str, seen: list[Leaf]) -> Missing:
    leaves = _leaves_on(regime, answer.question.id, fact, seen)
    record = regime.pack.facts[fact]
    case = Case(facts, regime.recipes)
    words = [
        regime.answer(answer.question.id, Case({**facts, fact: candidate}, regime.recipes)).word
        for candidate in candidates(record, case[fact], leaves)
    ]
    outcomes = tuple(dict.fromkeys(words))
    settles = any(word is not None for word in outcomes)
    return Missing(fact, _inputs(regime, fact, case), outcomes, settles)


def _inputs(regime: Regime, fact: str, case: Case) -> tuple[str, ...]:
    ways = regime.recipes.get(fact, ())
    open_inputs = [name for _, inputs in ways[:1] for name in inputs if not _exact(case[name])]
    if not open_inputs:
        return (fact,)
    deeper = [base for name in open_inputs for base in _inputs(regime, name, case)]
    return tuple(dict.fromkeys(deeper))


def _exact(value: FactValue) -> bool:
    loose = isinstance(value, Between) or (isinstance(value, frozenset) and None in value)
    return value is not None and not loose


def candidates(fact: Fact, value: FactValue, leaves: Iterable[Leaf]) -> tuple[FactValue, ...]:
    """Return values, or intervals, that cover all that a fact could be.

    Words that every comparison treats alike are kept once.
    """
    leaves = list(leaves)
    if fact.kind is FactKind.NUMBER:
        return tuple(_numbers(fact, value, leaves))
    if fact.kind is FactKind.WORDS:
        return _sets(fact, value, leaves)
    kept: dict[tuple[Truth, ...], FactValue] = {}
    for candidate in _raw_candidates(fact, leaves):
        kept.setdefault(_profile(leaves, candidate), candidate)
    return tuple(kept.values())


def _sets(fact: Fact, value: FactValue, leaves: list[Leaf]) -> tuple[FactValue, ...]:
    """Return sets that hold what is known of a set already, one for each way to meet the rules.

    A set may meet through two words together what it meets through neither, so sets are joined
    until no new way appears.
    """
    known = value if isinstance(value, frozenset) else frozenset[str | None]()
    held = frozenset(member for member in known if member is not None)
    kept = {_profile(leaves, held): held}
    words = fact.values or (*_words(leaves), OTHER_WORD)
    for word in words:
        for base in tuple(kept.values()):
            joined = base | {word}
            kept.setdefault(_profile(leaves, joined), joined)
    return tuple(kept.values())


def _profile(leaves: list[Leaf], value: FactValue) -> tuple[Truth, ...]:
    """Return what every comparison says of a value: alike in that, two values are one case."""
    return tuple(_ask(leaf, value) for leaf in leaves)


def _ask(leaf: Leaf, value: FactValue) -> Truth:
    if isinstance(leaf, LookupStep):
        return leaf.said_of(value)
    return UNKNOWN if leaf.bound is None else leaf.test(value, leaf.bound)


def _raw_candidates(fact: Fact, leaves: list[Leaf]) -> Iterator[FactValue]:
    if fact.kind is FactKind.FLAG:
        yield from (False, True)
    else:
        yield from fact.values or (*_words(leaves), OTHER_WORD)


def _numbers(fact: Fact, value: FactValue, leaves: list[Leaf]) -> Iterator[FactValue]:
    """Yield the pieces into which the lines of the rules cut what a number could be.

    Pieces, not sample points: a fact that is derived from this one is then bounded over all of
    each piece, so that a settled answer is settled for every number in it.
    """
    bounds = {leaf.bound for leaf in leaves if leaf.op in NUMERIC}
    low, high = value if isinstance(value, Between) else (_least(fact), math.inf)
    for bound in sorted(bound for bound in bounds if isinstance(bound, float)):
        if not low <= bound <= high:
            continue
        if low < bound:
            yield Between(low, math.nextafter(bound, -math.inf))
        yield bound
        low = math.nextafter(bound, math.inf)
    if low <= high:
        yield Between(low, high)


def _least(fact: Fact) -> float:
    return sys.float_info.min if fact.positive else 0.0


def _words(leaves: list[Leaf]) -> list[str]:
    named: set[str] = set()
    for leaf in leaves:
        if isinstance(leaf, LookupStep):
            named.update(leaf.rows or ())
        elif isinstance(leaf.bound, frozenset):
            named.update(leaf.bound)
        elif isinstance(leaf.bound, str):
            named.add(leaf.bound)
    return sorted(named)


__all__ = ["candidates", "names_missing", "rank_missing", "settle_by_cases"]
