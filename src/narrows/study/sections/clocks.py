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
            "id": f"{clock.record}.{clock.turn}",
            "date": clock.day,
            "turn": clock.turn,
            "days_left": Figure(
                clock.days_left, "day", f"{clock.day} - {day}", sources=(CALENDAR, *clock.cites)
            ),
            "message": quote(clock.message, clock.cites),
            "certainty": clock.certainty,
            "switch": clock.switch,
            "sources": list(clock.cites),
        }
        for clock in clocks(pack, from_day=day, known_on=day)
    ]
