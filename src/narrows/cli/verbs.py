"""The table of verbs. Each is imported only when it is called, so that ``--help`` stays quick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: the words a user types, where its function is, and a line of help."""

    words: tuple[str, ...]
    target: str
    line: str


VERBS: tuple[Verb, ...] = (
    Verb(("run",), "narrows.cli.run:run", "Answer a study: gates, worth, orders, reasons."),
)
"""A verb that is not built yet is not listed."""

GROUPS: dict[str, str] = {}
"""Words that hold verbs of their own, with a line of help."""
