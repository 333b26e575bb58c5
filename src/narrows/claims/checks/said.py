"""Findings of yardsticks, put together alike."""

from __future__ import annotations

from narrows.claims.claim import Finding, Verdict
from narrows.claims.yardstick import Yardstick
from narrows.core import Message, message
from narrows.rules import Title


def note(title: Title) -> Message:
    """Return a note that is kept in all three languages beside the data."""
    return message("claims.note", en=title.en, zh_hant=title.zh_hant, zh_hans=title.zh_hans)


def finding(
    yardstick: Yardstick,
    place: tuple[int, int],
    verdict: Verdict,
    why: Message,
    sources: tuple[str, ...] = (),
    arithmetic: str = "",
    fix: str = "",
) -> Finding:
    """Return what a yardstick says of a place of the article."""
    return Finding(
        start=place[0],
        end=place[1],
        verdict=verdict,
        role=_ROLES.get(_kind(yardstick), "record"),
        about=yardstick.id,
        why=why,
        arithmetic=arithmetic,
        sources=sources,
        fix=fix,
    )


_ROLES = {"statement": "statement", "events": "event", "span": "event"}


def _kind(yardstick: Yardstick) -> str:
    if yardstick.statement is not None:
        return "statement"
    if yardstick.events:
        return "events"
    return "span" if yardstick.span is not None else "figure"
