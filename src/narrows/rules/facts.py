"""Facts at the door: a misspelt or ill-typed fact is refused before any rule looks at it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from narrows.catalog import STATE_MEND, is_state_code
from narrows.core import InputError
from narrows.rules.arrays import Column, NumberColumn
from narrows.rules.quantity import Between, Facts, FactValue
from narrows.rules.question import Fact, FactKind


def refuse_odd_facts(facts: Facts, known: Mapping[str, Fact]) -> None:
    """Refuse a fact that no pack knows, or a value that is not of the fact's kind.

    Raises
    ------
    InputError
        With the fact, its value and the mend.
    """
    for name, value in facts.items():
        fact = known.get(name)
        if fact is None:
            raise InputError("no such fact", _near(name, known), fieldname=name, value=value)
        if fact.kind is FactKind.NUMBER and _is_plain(value):
            continue
        if value is not None and not _FITS[fact.kind](value, fact):
            shown = _listed(value) if isinstance(value, frozenset) else value
            raise InputError(_problem(fact), _mend(fact), fieldname=name, value=shown)


def refuse_odd_columns(columns: Mapping[str, Column], known: Mapping[str, Fact]) -> None:
    """Refuse a column that no pack knows, or that is not of the fact's kind.

    Raises
    ------
    InputError
        With the column and the mend.
    """
    for name, column in columns.items():
        fact = known.get(name)
        if fact is None:
            raise InputError("no such fact", _near(name, known), fieldname=name)
        if isinstance(column, NumberColumn) != (fact.kind is FactKind.NUMBER):
            kind = "number_column" if fact.kind is FactKind.NUMBER else "word_column"
            raise InputError("column is of the wrong kind", f"make it with {kind}", fieldname=name)


def _is_plain(value: FactValue) -> bool:
    """Return whether a number is a float above 0, as nearly every one is."""
    return type(value) is float and 0.0 < value < math.inf


def _number_fits(value: FactValue, fact: Fact) -> bool:
    if isinstance(value, Between):
        return value.low <= value.high and all(_is_quantity(end, fact) for end in value)
    return _is_quantity(value, fact)


def _is_quantity(value: object, fact: Fact) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return False
    return value > 0 if fact.positive else value >= 0


def _flag_fits(value: FactValue, fact: Fact) -> bool:
    return isinstance(value, bool) and fact.kind is FactKind.FLAG


def _word_fits(value: FactValue, fact: Fact) -> bool:
    if not isinstance(value, str):
        return False
    if fact.names == "states":
        return is_state_code(value)
    return not fact.values or value in fact.values


def _words_fit(value: FactValue, fact: Fact) -> bool:
    if not isinstance(value, frozenset):
        return False
    return all(member is None or _word_fits(member, fact) for member in value)


_FITS: Mapping[FactKind, Callable[[FactValue, Fact], bool]] = {
    FactKind.NUMBER: _number_fits,
    FactKind.FLAG: _flag_fits,
    FactKind.WORD: _word_fits,
    FactKind.WORDS: _words_fit,
}


def _problem(fact: Fact) -> str:
    if fact.names == "states":
        return "not the code of a state"
    return "not a list of words of the set" if fact.kind is FactKind.WORDS else f"not a {fact.kind}"


def _listed(words: frozenset[str | None]) -> list[str]:
    """Return the words that are known, in one order."""
    return sorted(word for word in words if word is not None)


def _mend(fact: Fact) -> str:
    if fact.values:
        return f"use one of: {', '.join(fact.values)}"
    if fact.names == "states":
        return STATE_MEND
    if fact.kind is FactKind.NUMBER:
        return (
            f"give a finite number {'above' if fact.positive else 'of at least'} 0 in {fact.unit}"
        )
    return "give a list of words" if fact.kind is FactKind.WORDS else f"give a {fact.kind}"


def _near(name: str, known: Mapping[str, Fact]) -> str:
    near = sorted(other for other in known if name.split("_", 1)[0] in other)
    return f"did you mean {', '.join(near[:5])}?" if near else "see `narrows rules list --facts`"


__all__ = ["refuse_odd_columns", "refuse_odd_facts"]
