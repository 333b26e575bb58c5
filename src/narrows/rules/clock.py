"""The clock registry: every day on which something lapses, returns, begins or changes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from narrows.core import Message, message
from narrows.rules.card import Card
from narrows.rules.law import Citation
from narrows.rules.pack import Pack
from narrows.rules.parameter import Parameter
from narrows.rules.telling import paired, titled


class Turn(StrEnum):
    """What happens on the day if nobody acts."""

    RETURNS = "returns"
    """A suspension runs out and the rule speaks again."""
    LAPSES = "lapses"
    """The text itself ends the rule or the value."""
    ENDS = "ends"
    """A later instrument ends the rule."""
    BEGINS = "begins"
    """A rule or a value that is already written starts to speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One day, what changes on it if nobody acts, and how far away it is.

    ``day`` is the first day of the new state. ``switch`` names the parameter that a user sets once
    it is known whether somebody acted.
    """

    day: date
    days_left: int
    turn: Turn
    record: str
    message: Message
    cites: tuple[str, ...]
    certainty: str
    switch: str | None = None


DAY = timedelta(days=1)


def clocks(pack: Pack, *, from_day: date, known_on: date) -> tuple[Clock, ...]:
    """Return what turns on or after a day, as known on another, soonest first."""
    known = pack.as_known_on(known_on)
    found = [*_of_cards(known, from_day), *_of_parameters(known, from_day)]
    return tuple(sorted(found, key=lambda clock: (clock.day, clock.record, clock.turn)))


def _of_cards(pack: Pack, from_day: date) -> Iterator[Clock]:
    for card in pack.cards.values():
        if card.switch is not None and _is_off(pack, card.switch, from_day):
            continue
        for day, turn, cite in _turns(card):
            if day >= from_day:
                yield _card_clock(card, day, turn, cite, from_day)


def _is_off(pack: Pack, switch: str, day: date) -> bool:
    dated = pack.value(switch, day)
    return dated is not None and dated.value == "off"


def _turns(card: Card) -> Iterator[tuple[date, Turn, Citation]]:
    """Yield the days on which a card turns; a rule that ends before it begins never turns."""
    start = card.in_force.start
    stillborn = start is not None and any(ending.after < start for ending in card.ends)
    if stillborn:
        return
    if start is not None:
        yield start, Turn.BEGINS, card.cite[0]
    if card.in_force.until is not None:
        yield card.in_force.until + DAY, Turn.LAPSES, card.cite[0]
    for ending in card.ends:
        yield ending.after + DAY, Turn.ENDS, ending.cite
    for pause in card.suspended:
        if pause.until is not None:
            yield pause.until + DAY, Turn.RETURNS, pause.cite


def _card_clock(card: Card, day: date, turn: Turn, cite: Citation, from_day: date) -> Clock:
    said = card.title if card.returns is None else paired(card.title, card.returns)
    return Clock(
        day=day,
        days_left=(day - from_day).days,
        turn=turn,
        record=card.id,
        message=message(f"rules.clock.{turn}", **titled(said)),
        cites=(cite.text,),
        certainty=str(cite.certainty),
        switch=card.switch,
    )


def _of_parameters(pack: Pack, from_day: date) -> Iterator[Clock]:
    for parameter in pack.parameters.values():
        for day, turn, cite in _parameter_turns(parameter):
            if day >= from_day:
                yield Clock(
                    day=day,
                    days_left=(day - from_day).days,
                    turn=turn,
                    record=parameter.id,
                    message=message(f"rules.clock.{turn}", **titled(parameter.title)),
                    cites=(cite.text,),
                    certainty=str(cite.certainty),
                )


def _parameter_turns(parameter: Parameter) -> Iterator[tuple[date, Turn, Citation]]:
    starts = {dated.in_force.start for dated in parameter.values}
    for dated in parameter.values:
        if dated.in_force.start is not None:
            yield dated.in_force.start, Turn.BEGINS, dated.cite
        until = dated.in_force.until
        if until is not None and until + DAY not in starts:
            yield until + DAY, Turn.LAPSES, dated.cite


__all__ = ["Clock", "Turn", "clocks"]
