"""Who moves the goods and who will use them, as a study states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT
from narrows.rules import EndUse, Leg, PartyFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyGiven(PartyFacts):
    """A party of a route; ``tw_listed`` and its like take true, false or nothing (unknown)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class EndUseGiven(EndUse):
    """Who will use the chips, where and for what."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class LegGiven(Leg):
    """One movement of the goods; see :class:`narrows.rules.Leg`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
