"""Kleene's logic on arrays: a million cases at once, unknown kept as unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from narrows.core import Truth
from narrows.rules.arithmetic import Formula
from narrows.rules.proof import Recipes
from narrows.rules.quantity import TRUE, UNKNOWN, Between, FactValue

Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.intp]


class Truths(NamedTuple):
    """Two arrays of shape ``(n,)``: what holds, and what is known (``None`` where all is).

    Where something is not known it does not hold either, so ``true`` implies ``known``.
    """

    true: Flags
    known: Flags | None

    @property
    def false(self) -> Flags:
        """What is known not to hold."""
        return ~self.true if self.known is None else self.known & ~self.true

    def __and__(self, other: Truths) -> Truths:
        true = self.true & other.true
        if self.known is None and other.known is None:
            return Truths(true, None)
        return Truths(true, true | self.false | other.false)

    def __or__(self, other: Truths) -> Truths:
        true = self.true | other.true
        if self.known is None and other.known is None:
            return Truths(true, None)
        return Truths(true, true | (self.false & other.false))

    def __invert__(self) -> Truths:
        return Truths(self.false, self.known)


def everywhere(truth: Truth) -> Truths:
    """Return the same truth for every case."""
    holds = np.asarray(truth is TRUE)
    return Truths(holds, np.asarray(holds & False) if truth is UNKNOWN else None)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers of shape ``(n,)``; ``high is low`` where they are points, ``known`` as above."""

    low: Numbers
    high: Numbers
    known: Flags | None


@dataclass(frozen=True, slots=True)
class WordColumn:
    """Words, flags or sets as places in a short list of what occurs; -1 is unknown."""

    codes: Codes
    occurring: tuple[FactValue, ...]


Column: TypeAlias = "NumberColumn | WordColumn"


def number_column(values: Sequence[FactValue] | Numbers) -> NumberColumn:
    """Return a column of numbers, of intervals, and of ``None`` or NaN for unknown."""
    if isinstance(values, np.ndarray):
        numbers = np.asarray(values, dtype=np.float64)
        gaps = np.isnan(numbers)
        return NumberColumn(numbers, numbers, ~gaps if gaps.any() else None)
    low = np.array([_end(value, 0) for value in values], dtype=np.float64)
    high = np.array([_end(value, 1) for value in values], dtype=np.float64)
    known = ~np.isnan(low)
    points = bool(np.array_equal(low, high, equal_nan=True))
    return NumberColumn(low, low if points else high, None if known.all() else known)


def _end(value: FactValue, end: int) -> float:
    if isinstance(value, Between):
        return value[end]
    if value is None:
        return float("nan")
    if isinstance(value, (int, float)):
        return float(value)
    msg = f"not a number: {value!r}"
    raise TypeError(msg)


def word_column(values: Sequence[FactValue] | Flags) -> WordColumn:
    """Return a column of words, flags or sets; ``None`` is unknown."""
    if isinstance(values, np.ndarray) and values.dtype == np.bool_:
        return WordColumn(values.astype(np.intp), (False, True))
    places: dict[FactValue, int] = {}
    codes = np.array(
        [-1 if value is None else places.setdefault(value, len(places)) for value in values],
        dtype=np.intp,
    )
    return WordColumn(codes, tuple(places))


class Table:
    """The columns of many cases; derived columns and the truths of cards are kept once made."""

    def __init__(self, columns: Mapping[str, Column], recipes: Recipes) -> None:
        self.columns = columns
        self.recipes = recipes
        self._completed: dict[str, Column | None] = {}
        self.truths: dict[object, Truths] = {}

    def once(self, key: object, sweep: Callable[[], Truths]) -> Truths:
        """Return what a card or a comparison is over the table, computed when first asked for."""
        if key not in self.truths:
            self.truths[key] = sweep()
        return self.truths[key]

    def column(self, fact: str) -> Column | None:
        """Return a column, its unknown cases derived, or ``None`` where nothing is known."""
        if fact not in self._completed:
            self._completed[fact] = None  # a fact that is derived from itself stays unknown
            self._completed[fact] = self._complete(fact)
        return self._completed[fact]

    def _complete(self, fact: str) -> Column | None:
        column = self.columns.get(fact)
        for formula, inputs in self.recipes.get(fact, ()):
            if column is not None and not _has_gaps(column):
                break
            derived = self._derived(formula, inputs)
            if derived is not None:
                column = derived if column is None else _filled(column, derived)
        return column

    def _derived(self, formula: Formula, inputs: Sequence[str]) -> Column | None:
        columns = [self.column(name) for name in inputs]
        numbers = [column for column in columns if isinstance(column, NumberColumn)]
        return _apply(formula, numbers) if len(numbers) == len(inputs) else None

    def compared(self, fact: str, test: Callable[[FactValue], Truth]) -> Truths:
        """Return the truth of a test of a word, asked once for each word that occurs."""
        column = self.column(fact)
        if not isinstance(column, WordColumn):
            return everywhere(UNKNOWN)
        answers = [test(value) for value in column.occurring]
        true = np.array([*(answer is TRUE for answer in answers), False])
        known = np.array([*(answer is not UNKNOWN for answer in answers), False])
        everything = known[:-1].all() and bool((column.codes >= 0).all())
        return Truths(true[column.codes], None if everything else known[column.codes])


def _has_gaps(column: Column) -> bool:
    if isinstance(column, NumberColumn):
        return column.known is not None
    return bool((column.codes < 0).any())


def _filled(column: Column, other: Column) -> Column:
    """Return a column with the cases that it does not know taken from another of its kind."""
    if isinstance(column, WordColumn) and isinstance(other, WordColumn):
        return _filled_words(column, other)
    if not isinstance(column, NumberColumn) or not isinstance(other, NumberColumn):
        return column
    own = column.known
    if own is None:
        return column
    low = np.where(own, column.low, other.low)
    points = column.high is column.low and other.high is other.low
    high = low if points else np.where(own, column.high, other.high)
    return NumberColumn(low, high, None if other.known is None else own | other.known)


def _filled_words(column: WordColumn, other: WordColumn) -> WordColumn:
    shift = len(column.occurring)
    theirs = np.where(other.codes < 0, -1, other.codes + shift)
    codes = np.where(column.codes < 0, theirs, column.codes)
    return WordColumn(codes, (*column.occurring, *other.occurring))


def _apply(formula: Formula, columns: Sequence[NumberColumn]) -> Column:
    plain: Callable[..., object] = formula.plain
    if formula.branches:
        plain = np.frompyfunc(formula.plain, len(columns), 1)
    points = all(column.high is column.low for column in columns)
    low_at, high_at = formula.ends([(column.low, column.high) for column in columns])
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.asarray(plain(*low_at))
        high = low if points else np.asarray(plain(*high_at))
    known = _all_known(columns)
    if low.dtype == np.bool_:
        agreed = low == high if known is None else known & (low == high)
        return WordColumn(np.where(agreed, low.astype(np.intp), -1), (False, True))
    low = low.astype(np.float64, copy=False)
    high = low if points else high.astype(np.float64, copy=False)
    return NumberColumn(low, high, known)


def _all_known(columns: Sequence[NumberColumn]) -> Flags | None:
    masks = [column.known for column in columns if column.known is not None]
    return np.logical_and.reduce(masks) if masks else None


def compare_numbers(op: str, column: NumberColumn, bound: float) -> Truths:
    """Return the truth of ``column op bound`` case by case, decided where an interval agrees."""
    relation = _RELATIONS[op]
    nearer, farther = (column.high, column.low) if op in _CEILINGS else (column.low, column.high)
    certain = relation(nearer, bound)
    if column.high is column.low and column.known is None:
        return Truths(certain, None)
    possible = certain if column.high is column.low else relation(farther, bound)
    settled = certain | ~possible
    known = settled if column.known is None else settled & column.known
    return Truths(certain & known, known)


_CEILINGS = frozenset({"lt", "le"})
_RELATIONS: Mapping[str, Callable[[Numbers, float], Flags]] = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}


__all__ = [
    "Column",
    "Flags",
    "NumberColumn",
    "Numbers",
    "Table",
    "Truths",
    "WordColumn",
    "compare_numbers",
    "everywhere",
    "number_column",
    "word_column",
]
