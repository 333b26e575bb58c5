"""Dates on which something lapses or returns unless somebody acts."""

from __future__ import annotations

from narrows.core import Figure
from narrows.rules import Pack, clocks
from narrows.study.facts import Facts
from narrows.study.say import quote
from narrows.study.sources import CALENDAR


def clocks_section(facts: Facts, pack: Pack) -> list[dict[str, object]]:
    """Return the clocks that run after the study's day, as they were known then."""
    day = facts.study.as_known_on
    return [
        {
            "id": clock.id,
            "date": clock.on,
            "days_left": Figure(
                (clock.on - day).days, "day", f"{clock.on} - {day}", sources=(CALENDAR,)
            ),
            "message": quote(clock.message, clock.cites or (facts.study_source,)),
            "sources": list(clock.cites),
        }
        for clock in clocks(pack, from_day=day, known_on=day)
    ]
