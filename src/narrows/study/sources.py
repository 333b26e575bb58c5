"""The sources of a result: everything that a figure or a finding cites, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.catalog import Catalog, Chip, Event, MarketFigure
from narrows.core import Source
from narrows.rules import Pack

TRAINING = "narrows:training-model"
SERVING = "narrows:serving-model"
PLANNER = "narrows:planner"
FUTURES = "narrows:gate-chains"
CALENDAR = "narrows:calendar"
EVENT = "event:"
"""Prefix of the id of a catalogue record that a forecast rests on."""

OWN: Mapping[str, str] = {
    TRAINING: "Narrows training model (narrows.performance.training)",
    SERVING: "Narrows serving model (narrows.performance.serving)",
    PLANNER: "Narrows planner (narrows.planning)",
    FUTURES: "Narrows gate chains (narrows.futures)",
    CALENDAR: "Calendar arithmetic",
}
"""Computations of our own. They are named as sources so that nobody takes them for documents."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the id of a source may be looked up: documents, rules, dated events, the study."""

    catalog: Catalog
    pack: Pack
    study_id: str
    study_title: str

    def entry(self, source_id: str) -> dict[str, object]:
        """Return what a reader needs to find a source.

        Raises
        ------
        KeyError
            No room knows the id: a figure cites something that does not exist.
        """
        if source_id in OWN:
            return {"title": OWN[source_id], "publisher": "Narrows"}
        if source_id == self.study_id:
            return {"title": self.study_title, "publisher": "the study's author"}
        if source_id.startswith(EVENT):
            return self._record(source_id.removeprefix(EVENT))
        if source_id in self.catalog.sources:
            return _document(self.catalog.sources[source_id])
        return _citation(self.pack, source_id)

    def _record(self, record_id: str) -> dict[str, object]:
        """Return a record that a forecast rests on: an event, a market figure, an announcement."""
        records: dict[str, Event | MarketFigure] = {one.id: one for one in self.catalog.events}
        records |= {one.id: one for one in self.catalog.market}
        record = records.get(record_id) or self.catalog.chips[record_id]
        document = _document(self.catalog.sources[record.sources[0]])
        return {
            **document,
            "title": _title(record),
            "grade": record.grade,
            "known_on": record.known_on,
        }


def _title(record: Event | MarketFigure | Chip) -> str:
    if isinstance(record, Event):
        return record.summary
    return record.quantity if isinstance(record, MarketFigure) else record.name


def _document(source: Source) -> dict[str, object]:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "url": source.url,
        "known_on": source.known_on,
    }


def _citation(pack: Pack, text: str) -> dict[str, object]:
    """Return what a citation's one line names; its pinpoint stays beside the title."""
    instrument = pack.instruments[text.partition(", ")[0]]
    at = text.partition(", ")[2]
    return {
        "title": f"{instrument.title.en}: {at}",
        "titles": {
            "en": f"{instrument.title.en}: {at}",
            "zh-Hant": f"{instrument.title.zh_hant}：{at}",
            "zh-Hans": f"{instrument.title.zh_hans}：{at}",
        },
        "publisher": instrument.issuer,
        "date": instrument.published,
        "url": instrument.url,
        "known_on": instrument.known_on,
    }
