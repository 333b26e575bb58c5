"""What the catalogue does not know: blanks that somebody could fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from narrows.catalog.book import Catalog
from narrows.catalog.parameters import total_parameters
from narrows.catalog.records import Chip, Model, Record
from narrows.core import RefusalError, Source

_CHIP_FIELDS = ("logic_dies", "logic_area_mm2", "memory_gb", "memory_bandwidth_gb_s", "tdp_w")
_CHIP_RATES = ("bf16_tflops", "fp8_tflops", "int8_tops", "fp4_tflops")
_SYSTEM_FIELDS = ("chip", "packages", "power_kw", "price_usd", "scaleup_domain_chips")
_SOURCE_FIELDS = ("url", "known_on")


@dataclass(frozen=True, slots=True)
class Gap:
    """A record and the fields of it that are blank and would matter."""

    kind: str
    record_id: str
    missing: tuple[str, ...]


def gaps(catalog: Catalog) -> tuple[Gap, ...]:
    """Return every gap, by kind and id.

    ``known_on`` matters for every record: without it no replay before the day of compilation
    sees the record.
    """
    listed = [*_records(catalog), *_sources(catalog)]
    return tuple(Gap(kind, key, missing) for kind, key, missing in listed if missing)


def _records(catalog: Catalog) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for chip in catalog.chips.values():
        yield "chip", chip.id, (*_undated(chip), *_chip_blanks(chip))
    for system in catalog.systems.values():
        yield "system", system.id, (*_undated(system), *_blanks(system, _SYSTEM_FIELDS))
    for model in catalog.models.values():
        yield "model", model.id, (*_undated(model), *_model_blanks(model))
    for event in catalog.events:
        yield "event", event.id, _undated(event)
    for figure in catalog.market:
        yield "market", figure.id, _undated(figure)
    for rate in catalog.rates:
        yield "rate", rate.id, _undated(rate)


def _sources(catalog: Catalog) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for source in catalog.sources.values():
        yield "source", source.id, _blanks(source, _SOURCE_FIELDS)


def _undated(record: Record) -> tuple[str, ...]:
    return _blanks(record, ("known_on",))


def _blanks(record: Record | Source, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(record, name) is None)


def _chip_blanks(chip: Chip) -> tuple[str, ...]:
    blank = _blanks(chip, _CHIP_FIELDS)
    has_rate = any(getattr(chip, name) is not None for name in _CHIP_RATES)
    return blank if has_rate else ("dense rate", *blank)


def _model_blanks(model: Model) -> tuple[str, ...]:
    try:
        total_parameters(model)
    except RefusalError as refusal:
        return refusal.missing
    return ()
