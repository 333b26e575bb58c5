"""Everything that an article is held against, as the public could know it on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from narrows.catalog import Catalog, Event, MarketFigure
from narrows.claims.names import NameFinder
from narrows.claims.parties import PartyFinder, load_parties, parties_on
from narrows.claims.yardstick import (
    Quote,
    Reported,
    Yardstick,
    load_own_sources,
    load_quotes,
    load_reported,
    load_yardsticks,
)
from narrows.core import Source, visible
from narrows.rules import DatedValue, Pack, StatementAnswer, answer_statements, load_statements


@dataclass(frozen=True)
class Knowledge:
    """The catalogue and the rulebook of one day, with this room's own records."""

    catalog: Catalog
    pack: Pack
    day: date

    @cached_property
    def names(self) -> NameFinder:
        """Products by the names that were public."""
        return NameFinder(self.catalog)

    @cached_property
    def parties(self) -> PartyFinder:
        """Firms, bodies and persons."""
        return PartyFinder(parties_on(load_parties(), self.day))

    @cached_property
    def events(self) -> Mapping[str, Event]:
        """Events by id."""
        return {event.id: event for event in self.catalog.events}

    @cached_property
    def market(self) -> Mapping[str, MarketFigure]:
        """Market figures by id."""
        return {figure.id: figure for figure in self.catalog.market}

    @cached_property
    def reported(self) -> Mapping[str, Reported]:
        """Reported figures by id."""
        return {one.id: one for one in load_reported() if visible(one, self.day)}

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        """Statements with a record, most recent first."""
        seen = [quote for quote in load_quotes() if visible(quote, self.day)]
        return tuple(sorted(seen, key=lambda quote: (quote.on, quote.id), reverse=True))

    @cached_property
    def yardsticks(self) -> tuple[Yardstick, ...]:
        """The yardsticks; what they point at may be unknown on the day."""
        return load_yardsticks()

    @cached_property
    def statements(self) -> Mapping[str, StatementAnswer]:
        """What the rulebook says of the statements that it knows."""
        answers = answer_statements(self.pack, load_statements(), on=self.day, known_on=self.day)
        return {answer.statement: answer for answer in answers}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Sources by id, the catalogue's and this room's, that could be read on the day."""
        own = {one.id: one for one in load_own_sources() if visible(one, self.day)}
        return {**self.catalog.sources, **own}

    def parameter(self, name: str) -> DatedValue | None:
        """Return a value of the rulebook that was public, in force or soon to be."""
        record = self.known_pack.parameters.get(name)
        if record is None:
            return None
        coming = max(record.values, key=lambda one: one.in_force.start or date.min, default=None)
        return record.at(self.day) or coming

    def lines(self, unit: str) -> frozenset[float]:
        """Return every number of the rulebook in a unit: thresholds that articles quote."""
        return frozenset(
            float(dated.value)
            for record in self.known_pack.parameters.values()
            if record.unit == unit
            for dated in record.values
            if isinstance(dated.value, (int, float))
        )

    @cached_property
    def known_pack(self) -> Pack:
        """The rulebook without what became public later."""
        return self.pack.as_known_on(self.day)
