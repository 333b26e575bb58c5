"""Dates of a sentence, held against the events that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from narrows.catalog import Event
from narrows.claims.checks.said import finding, note
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import distance
from narrows.claims.days import Days, days_between
from narrows.claims.knowledge import Knowledge
from narrows.claims.reading import Sentence
from narrows.claims.yardstick import Yardstick
from narrows.core import Message, last_day, message

DATE_REACH_CHARS = 40
"""A date farther from the words that describe the event belongs to something else."""
MONTH_DAYS = 30.4


def of_events(
    yardstick: Yardstick, anchors: list[tuple[int, int]], sentence: Sentence, knowledge: Knowledge
) -> Iterator[Finding]:
    """Yield what dated events say of the date, or that such an event is on record."""
    events = [knowledge.events[key] for key in yardstick.events if key in knowledge.events]
    if not events:
        return
    spans = [*map(_days_of, events), *((day, day) for day in yardstick.also)]
    stated = _stated_day(sentence, anchors, spans)
    sources = tuple(sorted({source for event in events for source in event.sources}))
    arithmetic = "; ".join(f"{event.id}: {event.date}" for event in events)
    if stated is None:
        if not sentence.days:
            why = _event_note(yardstick, "undated", spans[0])
            verdict = Verdict.OK if yardstick.caveat is None else Verdict.OK_WITH_CAVEAT
            yield finding(
                yardstick, anchors[0], verdict, why, sources=sources, arithmetic=arithmetic
            )
        return
    place = (stated.start, stated.end)
    if _meets(stated, spans):
        verdict = Verdict.OK if yardstick.caveat is None else Verdict.OK_WITH_CAVEAT
        why = _event_note(yardstick, "fits", spans[0])
        yield finding(yardstick, place, verdict, why, sources=sources, arithmetic=arithmetic)
        return
    nearest = min(spans, key=lambda span: abs(days_between(span[0], stated.first)))
    why = message("claims.event.other_day", on=nearest[0], until=nearest[1])
    yield finding(
        yardstick,
        place,
        Verdict.CONTRADICTS_EVENTS,
        why,
        sources=sources,
        arithmetic=arithmetic,
        fix=nearest[0].isoformat(),
    )


def _stated_day(
    sentence: Sentence, anchors: list[tuple[int, int]], spans: list[tuple[date, date]]
) -> Days | None:
    """Return the date of the sentence that is about the event: one that fits, else the nearest."""
    near = [
        (gap, one)
        for one in sentence.days
        if not one.fiscal
        and (gap := distance((one.start, one.end), anchors)) is not None
        and gap <= DATE_REACH_CHARS
    ]
    for _, one in near:
        if _meets(one, spans):
            return one
    exact = [(gap, one) for gap, one in near if one.precision in ("day", "month", "quarter")]
    alone = len(sentence.days) == 1
    chosen = exact or (near if alone else [])
    return min(chosen, key=lambda pair: pair[0])[1] if chosen else None


def _meets(one: Days, spans: list[tuple[date, date]]) -> bool:
    """Return whether a date can be one of the spans; without a year any year will do."""
    if one.year_stated:
        return any(one.first <= last and first <= one.last for first, last in spans)
    low, high = (one.first.month, one.first.day), (one.last.month, one.last.day)
    return any(
        low <= (last.month, last.day) and (first.month, first.day) <= high for first, last in spans
    )


def _days_of(event: Event) -> tuple[date, date]:
    day = last_day(event.date)
    if event.date_precision == "day":
        return day, day
    return day.replace(day=1), last_day(f"{day:%Y-%m}")


def of_span(
    yardstick: Yardstick, anchors: list[tuple[int, int]], knowledge: Knowledge
) -> Iterator[Finding]:
    """Yield whether the time between two events bears the words out."""
    span = yardstick.span
    if span is None or not {span.since, span.until} <= set(knowledge.events):
        return
    first, last = knowledge.events[span.since], knowledge.events[span.until]
    days = days_between(last_day(first.date), last_day(last.date))
    short = days < span.months * MONTH_DAYS
    why = (
        note(yardstick.caveat)
        if short and yardstick.caveat
        else message("claims.event.span", days=days)
    )
    verdict = Verdict.OK_WITH_CAVEAT if short else Verdict.OK
    yield finding(
        yardstick,
        anchors[0],
        verdict,
        why,
        sources=(*first.sources, *last.sources),
        arithmetic=f"{last.date} - {first.date} = {days} days",
    )


def _event_note(yardstick: Yardstick, what: str, span: tuple[date, date]) -> Message:
    if yardstick.caveat is not None:
        return note(yardstick.caveat)
    return message(f"claims.event.{what}", on=span[0], until=span[1])
