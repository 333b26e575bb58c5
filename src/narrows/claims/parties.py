"""Firms, public bodies and persons named in the text, from a short register of our own."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.core import STRICT, read_records, visible
from narrows.rules import Title


class PartyKind(StrEnum):
    """What a party is."""

    FIRM = "firm"
    BODY = "body"
    HOUSE = "house"
    """A research house, think tank or news agency: somebody who is quoted for figures."""
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A firm, body or person by the names that articles use, in three scripts."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    kind: PartyKind
    names: tuple[str, ...]
    of: str | None = None
    """The firm of a person."""
    role: Title | None = None
    known_on: dt.date | None = None
    sources: tuple[str, ...] = ()
    caveat: Title | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named in the text."""

    start: int
    end: int
    party: Party


class PartyFinder:
    """Finds parties of a register in text."""

    def __init__(self, parties: tuple[Party, ...]) -> None:
        self.parties = parties
        self._by_name = {name.lower(): party for party in parties for name in party.names}
        words = sorted(self._by_name, key=len, reverse=True)
        # Before the first day of the register no party is known, and nothing must match.
        self._pattern = re.compile("|".join(map(_whole_word, words)) or r"(?!)", re.IGNORECASE)

    def find(self, text: str) -> list[Mention]:
        """Return the parties named in a text, in order."""
        return [
            Mention(match.start(), match.end(), self._by_name[match[0].lower()])
            for match in self._pattern.finditer(text)
        ]


@cache
def load_parties(root: Path | None = None) -> tuple[Party, ...]:
    """Return the packaged register; raises :class:`narrows.core.InputError` where malformed."""
    return tuple(read_records((root or data_root()) / "claims" / "parties.yaml", Party))


def parties_on(parties: tuple[Party, ...], day: dt.date) -> tuple[Party, ...]:
    """Return the parties that were public on a day."""
    return tuple(party for party in parties if visible(party, day))


def _whole_word(name: str) -> str:
    escaped = re.escape(name)
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if name.isascii() else escaped
