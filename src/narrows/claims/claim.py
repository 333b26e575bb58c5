"""What the audit returns: a claim with its verdict, the arithmetic behind it, and its sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from narrows.core import Message


class Verdict(StrEnum):
    """The closed list of verdicts."""

    OK = "ok"
    OK_WITH_CAVEAT = "ok_with_caveat"
    INCONSISTENT_INSIDE = "inconsistent_inside"
    WRONG_LEVEL = "wrong_level"
    CONTRADICTS_CATALOGUE = "contradicts_catalogue"
    CONTRADICTS_RULEBOOK = "contradicts_rulebook"
    CONTRADICTS_EVENTS = "contradicts_events"
    UNVERIFIABLE = "unverifiable"
    OPINION = "opinion"

    @property
    def is_wrong(self) -> bool:
        """Whether the article was found wrong."""
        return self in _WRONG


_WRONG = frozenset(
    {
        Verdict.INCONSISTENT_INSIDE,
        Verdict.WRONG_LEVEL,
        Verdict.CONTRADICTS_CATALOGUE,
        Verdict.CONTRADICTS_RULEBOOK,
        Verdict.CONTRADICTS_EVENTS,
    }
)
_WEIGHT = {
    Verdict.WRONG_LEVEL: 8,
    Verdict.CONTRADICTS_EVENTS: 7,
    Verdict.CONTRADICTS_RULEBOOK: 7,
    Verdict.CONTRADICTS_CATALOGUE: 7,
    Verdict.INCONSISTENT_INSIDE: 6,
    Verdict.OK_WITH_CAVEAT: 4,
    Verdict.OK: 3,
    Verdict.OPINION: 2,
    Verdict.UNVERIFIABLE: 1,
}


def weightiest(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict that a reader must see first."""
    return max(verdicts, key=lambda verdict: _WEIGHT[verdict])


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says of one place of the article.

    ``arithmetic`` is a formula with its figures filled in; ``why`` says it in words.
    """

    start: int
    end: int
    verdict: Verdict
    role: str
    why: Message
    arithmetic: str = ""
    sources: tuple[str, ...] = ()
    about: str = ""
    fix: str = ""
    """What would be right in place of the words found, where the check can tell."""
    right: float | None = None
    """What the figure would be, in its own unit; written the way the article writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim of the article and what was found of it.

    ``value``, ``low``, ``high`` are in ``unit``; ``None`` for a claim without a figure.
    """

    text: str
    start: int
    end: int
    sentence: tuple[int, int]
    role: str
    about: str
    verdict: Verdict
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    bound: str = "stated"
    period: str | None = None
    subject: str | None = None
    named_source: str | None = None
    why: tuple[Message, ...] = ()
    arithmetic: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """Something that was found and that no rule reads."""

    text: str
    start: int
    end: int
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All claims in the order of the text, and what was found and not understood."""

    claims: tuple[Claim, ...]
    not_understood: tuple[NotUnderstood, ...]
    text: str = field(repr=False)
    locale: str

    @property
    def wrong(self) -> tuple[Claim, ...]:
        """The claims that were found wrong."""
        return tuple(claim for claim in self.claims if claim.verdict.is_wrong)
