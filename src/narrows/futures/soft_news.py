"""Soft news: dated hints about a gate, with elicited likelihoods that are scored afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.catalog import Catalog
from narrows.core import STRICT, Gate, InputError, read_record
from narrows.futures.belief import SoftSignal
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
class SoftNews:
    """All hints of one elicitation."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    version: int
    elicited_on: date
    news: tuple[Hint, ...]


def load_soft_news(path: Path = DATA / "soft_news.yaml") -> SoftNews:
    """Read the hints.

    Raises
    ------
    InputError
        The file is not valid, or a likelihood is not positive.
    """
    soft = read_record(path, SoftNews)
    for hint in soft.news:
        if not (hint.likelihood > 0).all():
            raise InputError(
                "a likelihood must be positive", "write a small one", file=path, value=hint.why
            )
    return soft


def visible_hints(
    hints: Iterable[Hint], catalog: Catalog, *, known_on: date
) -> Mapping[tuple[str, Gate], tuple[SoftSignal, ...]]:
    """Return the hints public on a day by line and gate, in order of day and citation."""
    register = Register(catalog, known_on)
    shown = [hint for hint in hints if register.shows(hint.cites)]
    found: dict[tuple[str, Gate], list[SoftSignal]] = {}
    for hint in sorted(shown, key=lambda hint: (register.day(hint.cites), hint.cites)):
        signal = SoftSignal(register.day(hint.cites), hint.likelihood, hint.cites)
        found.setdefault((hint.line, hint.gate), []).append(signal)
    return {key: tuple(signals) for key, signals in found.items()}
