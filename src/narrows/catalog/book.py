"""The catalogue itself: immutable, whole, and the same for everyone who stands on one day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from narrows.catalog.chip_names import resolve_chip
from narrows.catalog.hindsight import seen_on, timely_sources, without_later_revisions
from narrows.catalog.names import NameIndex, Spelling
from narrows.catalog.records import Chip, Event, MarketFigure, Model, Rate, Record, System
from narrows.core import COMPILED_ON, Currency, ExchangeRate, Source, visible

R = TypeVar("R", bound=Record)

_ACTIVE_SIZE = re.compile(r"-a\d+(\.\d+)?b$")


@dataclass(frozen=True)
class Catalog:
    """Every record that somebody could know, by id.

    Attributes
    ----------
    spelling
        The rules by which names are brought to one form.
    as_written
        Chips and systems that later entries revise, by id, as their file has them.
    as_of
        The day on which this catalogue was looked at; the day of compilation for the whole.
    """

    chips: Mapping[str, Chip]
    systems: Mapping[str, System]
    models: Mapping[str, Model]
    events: tuple[Event, ...]
    market: tuple[MarketFigure, ...]
    rates: tuple[Rate, ...]
    sources: Mapping[str, Source]
    spelling: Spelling = field(default_factory=Spelling)
    as_written: Mapping[str, Chip | System] = field(default_factory=dict)
    as_of: date = COMPILED_ON

    def as_known_on(self, day: date) -> Catalog:
        """Return what was public on ``day``.

        The result is the same as if every later record had been deleted before loading.
        """
        chips = self._seen(self.chips, self.as_written, day)
        systems = self._seen(self.systems, self.as_written, day)
        models = self._seen(self.models, {}, day)
        events = tuple(self._read(event, day) for event in self.events if visible(event, day))
        market = tuple(self._read(figure, day) for figure in self.market if visible(figure, day))
        rates = tuple(self._read(rate, day) for rate in self.rates if visible(rate, day))
        cited = _cited(chips.values(), systems.values(), models.values(), events, market, rates)
        sources = MappingProxyType({key: self.sources[key] for key in sorted(cited)})
        return Catalog(
            chips=chips,
            systems=systems,
            models=models,
            events=events,
            market=market,
            rates=rates,
            sources=sources,
            spelling=self.spelling,
            as_written={
                key: self._timely(without_later_revisions(record, day), day)
                for key, record in self.as_written.items()
                if visible(record, day)
            },
            as_of=min(day, self.as_of),
        )

    def chip(self, name: str) -> Chip:
        """Return the chip that an id, name or alias means.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            No chip, or more than one, answers to the name.
        """
        return resolve_chip(name, self._chip_names, self.chips)

    def has_system(self, name: str) -> bool:
        """Whether one or more systems answer to a name; no search for near spellings, if none."""
        return bool(self._system_names.candidates(name))

    def system(self, name: str) -> System:
        """Return the system that an id, name or alias means; raises as :meth:`chip`."""
        return self.systems[self._system_names.resolve(name)]

    def model(self, name: str) -> Model:
        """Return the model that an id, name or alias means; raises as :meth:`chip`."""
        return self.models[self._model_names.resolve(name)]

    def chips_called(self, name: str) -> frozenset[str]:
        """Return the ids of all chips that answer to a name; empty where none does."""
        return frozenset(self._chip_names.candidates(name))

    def systems_called(self, name: str) -> frozenset[str]:
        """Return the ids of all systems that answer to a name; empty where none does."""
        return frozenset(self._system_names.candidates(name))

    def models_called(self, name: str) -> frozenset[str]:
        """Return the ids of all models that answer to a name; empty where none does."""
        return frozenset(self._model_names.candidates(name))

    @property
    def earlier(self) -> date | None:
        """The day on which this catalogue was looked at, where that is before its end."""
        return self.as_of if self.as_of < COMPILED_ON else None

    @property
    def exchange_rates(self) -> tuple[ExchangeRate, ...]:
        """The rates in the form that :func:`narrows.core.convert_money` takes."""
        return tuple(_exchange_rate(rate) for rate in self.rates)

    def _seen(
        self, records: Mapping[str, R], as_written: Mapping[str, Record], day: date
    ) -> Mapping[str, R]:
        seen: dict[str, R] = {}
        for key, record in records.items():
            if visible(record, day):
                written = as_written.get(key, record)
                seen[key] = self._read(
                    written if isinstance(written, type(record)) else record, day
                )
        return MappingProxyType(seen)

    def _read(self, record: R, day: date) -> R:
        """Return a record as it read on a day, on the sources that could be read by then."""
        return self._timely(seen_on(record, day), day)

    def _timely(self, record: R, day: date) -> R:
        timely = timely_sources(record.sources, self.sources, day)
        return record if timely == record.sources else replace(record, sources=timely)

    @cached_property
    def _chip_names(self) -> NameIndex:
        index = NameIndex("chip", self.spelling, self.earlier)
        for chip in self.chips.values():
            index.add(chip.id, (chip.id, _without_prefix(chip.id), chip.name, *chip.aliases))
        return index

    @cached_property
    def _system_names(self) -> NameIndex:
        index = NameIndex("system", self.spelling, self.earlier)
        for system in self.systems.values():
            index.add(system.id, (system.id, system.name, *system.aliases))
        return index

    @cached_property
    def _model_names(self) -> NameIndex:
        index = NameIndex("model", self.spelling, self.earlier)
        for model in self.models.values():
            index.add(model.id, (model.id, model.name, *_with_size(model), *model.aliases))
        return index


def _cited(*groups: Iterable[Record]) -> set[str]:
    records = [record for group in groups for record in group]
    cited = {key for record in records for key in record.sources}
    hardware = [record for record in records if isinstance(record, (Chip, System))]
    for record in hardware:
        cited.update(key for item in record.field_evidence for key in item.sources)
    return cited


def _without_prefix(chip_id: str) -> str:
    """Return a chip id without its vendor's two or three letters: ``nv-h20`` is ``h20``."""
    return chip_id.partition("-")[2]


def _with_size(model: Model) -> tuple[str, ...]:
    """Return the id with the published size behind it, and without the active size.

    ``deepseek-v3 671b`` and ``qwen3-235b`` are how people name these models.
    """
    names = [_ACTIVE_SIZE.sub("", model.id)]
    if model.total_params_b is not None:
        names.append(f"{model.id} {model.total_params_b:g}b")
    return tuple(names)


def _exchange_rate(rate: Rate) -> ExchangeRate:
    return ExchangeRate(
        base=Currency(rate.base),
        quote=Currency(rate.quote),
        rate=rate.rate,
        on=rate.on,
        known_on=rate.known_on,
        source=rate.sources[0],
    )
