"""Conflict of laws: where a step that one side asks for is a regulated act on the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from narrows.core import Message


class Bound(StrEnum):
    """Who is bound by the Chinese counter-measures, and how far."""

    FULL = "full"
    """A Chinese person, or a unit founded in China, whoever owns it."""
    EXPOSED = "exposed"
    """A foreign party with assets, staff or sales in China."""
    REMOTE = "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictFinding:
    """One step of due diligence, and what Chinese law says to the act of taking it.

    ``code`` runs from ``k0`` (no rule touched) to ``k3`` (opposite commands: stop). It changes no
    US finding; it adds a task and a lead time.
    """

    step: str
    code: str
    bound: Bound
    message: Message
    ask: Message | None
    cites: tuple[str, ...]
    missing: tuple[str, ...] = ()
