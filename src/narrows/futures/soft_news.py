"""Soft news: dated hints about a gate, with elicited likelihoods that are scored afterwards.

Beside hints stand lapses: days on which a measure was due to end and nobody reported whether.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.catalog import Catalog
from narrows.core import STRICT, Gate, GateState, InputError, read_record
from narrows.futures.belief import Lapse, SoftSignal, Unreported
from narrows.futures.history import Register
from narrows.futures.lines import DATA
from narrows.futures.states import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One piece of news about one gate of one line, with its relative likelihood by state."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    cites: tuple[str, ...]
    line: str
    gate: Gate
    open: float
    conditional: float
    discretionary: float
    shut: float
    why: str

    @property
    def likelihood(self) -> FloatArray:
        """Relative likelihood in the order of the states, shape ``(n,)``."""
        return np.array([self.open, self.conditional, self.discretionary, self.shut])


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLapse:
    """A measure due to lapse on a day, with the outcome not reported; ``chance`` is elicited.

    It was known beforehand that it would be due; it bears on the belief from the day itself.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    cites: tuple[str, ...]
    line: str
    gate: Gate
    due: date
    to: GateState
    chance: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftNews:
    """All hints and unreported lapses of one elicitation."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    version: int
    elicited_on: date
    news: tuple[Hint, ...]
    lapses: tuple[DueLapse, ...] = ()


def load_soft_news(path: Path = DATA / "soft_news.yaml") -> SoftNews:
    """Read the hints.

    Raises
    ------
    InputError
        The file is not valid, a likelihood is not positive, or a chance lies outside [0, 1].
    """
    soft = read_record(path, SoftNews)
    for lapse in soft.lapses:
        if not 0.0 <= lapse.chance <= 1.0:
            raise InputError(
                "a chance lies outside 0 to 1", "write a fraction", file=path, value=lapse.chance
            )
    for hint in soft.news:
        if not (hint.likelihood > 0).all():
            raise InputError(
                "a likelihood must be positive", "write a small one", file=path, value=hint.why
            )
    return soft


def visible_news(
    soft: SoftNews, catalog: Catalog, *, known_on: date
) -> Mapping[tuple[str, Gate], tuple[Unreported, ...]]:
    """Return hints and lapses public on a day by line and gate, in order of day and citation."""
    register = Register(catalog, known_on)
    found: dict[tuple[str, Gate], list[Unreported]] = {}
    for hint in soft.news:
        if register.shows(hint.cites):
            signal = SoftSignal(register.day(hint.cites), hint.likelihood, hint.cites)
            found.setdefault((hint.line, hint.gate), []).append(signal)
    for due in soft.lapses:
        if register.shows(due.cites) and due.due <= known_on:
            lapse = Lapse(due.due, due.to, due.chance, due.cites)
            found.setdefault((due.line, due.gate), []).append(lapse)
    return {
        key: tuple(sorted(news, key=lambda one: (one.day, one.cites)))
        for key, news in sorted(found.items())
    }
