"""The words by which units are recognised, read from the packaged table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.core import STRICT, read_records

MONEY = frozenset({"USD", "HKD", "CNY", "EUR", "JPY", "TWD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWords:
    """A unit, the words that mean it, and the factor that brings a number to it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    unit: str
    role: str
    words: tuple[str, ...]
    before: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    """Words that stand some way before the number: ``TPP below 21,000``."""
    factor: float = 1.0


@cache
def load_units(root: Path | None = None) -> tuple[UnitWords, ...]:
    """Return the packaged units; raises :class:`narrows.core.InputError` for a malformed table."""
    return tuple(read_records((root or data_root()) / "claims" / "units.yaml", UnitWords))


@dataclass(frozen=True)
class UnitIndex:
    """Units by the word behind a number, and currencies by the word before it."""

    after: dict[str, UnitWords]
    before: dict[str, UnitWords]
    ahead: dict[str, UnitWords]

    @property
    def after_pattern(self) -> str:
        """An expression for any word that may stand behind a number, longest first."""
        return _either(self.after)

    @property
    def before_pattern(self) -> str:
        """An expression for any currency that may stand before a number, longest first."""
        return _either(self.before)

    @property
    def ahead_pattern(self) -> str:
        """An expression for any unit that may stand some way before a number."""
        return _either(self.ahead)


@cache
def unit_index() -> UnitIndex:
    """Return the packaged units by word."""
    after: dict[str, UnitWords] = {}
    before: dict[str, UnitWords] = {}
    ahead: dict[str, UnitWords] = {}
    for unit in load_units():
        after.update((word, unit) for word in unit.words)
        before.update((word, unit) for word in unit.before)
        ahead.update((word, unit) for word in unit.ahead)
    return UnitIndex(after, before, ahead)


def _either(words: dict[str, UnitWords]) -> str:
    parts = []
    for word in sorted(words, key=len, reverse=True):
        last = word[-1]
        # A Latin word ends where the word ends: "W" is no unit in "Wh", "x" none in "xAI".
        tail = r"(?![A-Za-z0-9/])" if last.isascii() and last.isalnum() else ""
        # "8,192 x 144" multiplies; "6.7x the compute" compares.
        tail += r"(?!\s*\d)" if word in ("x", "×") else ""
        parts.append(re.escape(word) + tail)
    return "|".join(parts)
