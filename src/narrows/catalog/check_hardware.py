"""Chips and systems must add up: links, dies, rates that are stated multiples, disputes settled."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from narrows.catalog.files import Entry
from narrows.catalog.hindsight import has_date
from narrows.catalog.records import Chip, FieldEvidence, Multiple, RateBasis, RatesFrom, System
from narrows.core import COMPILED_ON

ROUNDING = 0.01
"""Sheets print three digits, so that a product may be off by one in a hundred."""
UNKNOWN = "unknown"
"""What a dispute ``used`` where no value could be chosen."""

COUNTED_FIELDS: Mapping[str, tuple[str, float]] = {
    "bf16_pflops": ("bf16_tflops", 1e3),
    "fp8_pflops": ("fp8_tflops", 1e3),
    "int8_pops": ("int8_tops", 1e3),
    "fp4_pflops": ("fp4_tflops", 1e3),
    "hbm_tb": ("memory_gb", 1e3),
    "hbm_bandwidth_tb_s": ("memory_bandwidth_gb_s", 1e3),
    "scaleup_tb_s_bidirectional": ("scaleup_gb_s_bidirectional", 1e3),
}
"""System fields that are packages times a field of the chip, over a factor."""


def check_chip(entry: Entry[Chip]) -> None:
    """Raise ``InputError`` where a chip contradicts itself."""
    _check_evidence(entry)
    _check_price(entry)
    _check_link(entry)
    _check_basis(entry)
    for multiple in entry.record.multiples:
        _check_multiple(entry, multiple)


def check_system(entry: Entry[System], chips: Mapping[str, Chip]) -> None:
    """Raise ``InputError`` where a system contradicts itself or its chip."""
    _check_evidence(entry)
    _check_price(entry)
    system = entry.record
    if system.chip is None:
        if system.rates_from is RatesFrom.CHIPS:
            raise entry.error("rates_from", "no chip to count", "name the chip", system.rates_from)
        return
    chip = chips.get(system.chip)
    if chip is None:
        raise entry.error("chip", "no such chip", "correct the id", system.chip)
    _check_order_of_knowing(entry, chip)
    _check_dies(entry, chip)
    if system.rates_from is RatesFrom.CHIPS:
        _check_counted(entry, chip)


def _check_evidence(entry: Entry[Chip] | Entry[System]) -> None:
    record = entry.record
    names = {field.name for field in dataclasses.fields(record)}
    spoken_of = [item.fieldname for item in record.disputes]
    spoken_of += [item.fieldname for item in record.field_evidence]
    for name in spoken_of:
        if name not in names:
            raise entry.error("id", "no such field", "correct the fieldname", name)
    for dispute in record.disputes:
        value = getattr(record, dispute.fieldname)
        if not _same(value, dispute.used):
            mend = f"write what the field holds ({value})"
            raise entry.error(
                dispute.fieldname, "dispute settles another value", mend, dispute.used
            )
    for evidence in record.field_evidence:
        _check_revision(entry, evidence)


def _check_revision(entry: Entry[Chip] | Entry[System], item: FieldEvidence) -> None:
    first, mend = entry.record.known_on or COMPILED_ON, "correct field_evidence"
    if item.known_on is None:
        if item.value is not None:
            raise entry.error(item.fieldname, "a revision needs known_on", mend, item.value)
        return
    if not first <= item.known_on <= COMPILED_ON:
        problem = "a field is known after its record and before the compilation"
        raise entry.error(item.fieldname, problem, mend, item.known_on)
    if item.known_on > first and item.value is None:
        problem = "dated after its record, so it needs the value"
        raise entry.error(item.fieldname, problem, "add value to field_evidence", item.known_on)
    for dispute in entry.record.disputes:
        same = dispute.fieldname == item.fieldname and item.value is not None
        if same and (dispute.known_on or first) < item.known_on:
            problem = "disputed before it was known"
            raise entry.error(item.fieldname, problem, "date the dispute", dispute.known_on)


def _same(value: object, used: str) -> bool:
    if value is None:
        return used == UNKNOWN
    if isinstance(value, (int, float)) and _is_number(used):
        return float(used) == float(value)
    return str(value) == used


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _check_price(entry: Entry[Chip] | Entry[System]) -> None:
    record = entry.record
    if record.price_usd is None:
        return
    if record.price_date is None or not has_date(record.price_date):
        problem = "a price needs the date of its quote"
        raise entry.error("price_usd", problem, "add price_date", record.price_usd)


def _check_link(entry: Entry[Chip]) -> None:
    one, both = entry.record.scaleup_gb_s_per_direction, entry.record.scaleup_gb_s_bidirectional
    if one is None or both is None:
        return
    if not _close(both, 2 * one):
        mend = "one of them counts the other way"
        raise entry.error("scaleup_gb_s_bidirectional", f"is not twice {one:g}", mend, both)


def _check_basis(entry: Entry[Chip]) -> None:
    chip = entry.record
    rates = (chip.bf16_tflops, chip.fp8_tflops, chip.int8_tops, chip.fp4_tflops)
    has_rate = any(rate is not None for rate in rates)
    if has_rate and chip.dense_basis in (None, RateBasis.UNPUBLISHED):
        mend = "say how the dense rate was obtained"
        raise entry.error("dense_basis", "a rate needs its basis", mend, chip.dense_basis)


def _check_multiple(entry: Entry[Chip], multiple: Multiple) -> None:
    value = getattr(entry.record, multiple.fieldname, None)
    of = getattr(entry.record, multiple.of, None)
    if value is None or of is None:
        raise entry.error(
            "multiples", "names a rate that is blank", "remove it", multiple.fieldname
        )
    if not _close(value, multiple.times * of):
        problem = f"is not {multiple.times:g} x {multiple.of} ({of:g})"
        raise entry.error(multiple.fieldname, problem, "correct one of the two", value)


def _check_order_of_knowing(entry: Entry[System], chip: Chip) -> None:
    system_day = entry.record.known_on or COMPILED_ON
    if (chip.known_on or COMPILED_ON) > system_day:
        problem = f"known before its chip {chip.id} ({chip.known_on})"
        raise entry.error("known_on", problem, "correct one of the two", entry.record.known_on)


def _check_dies(entry: Entry[System], chip: Chip) -> None:
    system = entry.record
    if system.packages is None or system.logic_dies is None or chip.logic_dies is None:
        return
    if system.logic_dies != system.packages * chip.logic_dies:
        problem = f"is not {system.packages} packages x {chip.logic_dies} dies"
        raise entry.error("logic_dies", problem, "count dies, not packages", system.logic_dies)


def _check_counted(entry: Entry[System], chip: Chip) -> None:
    packages = entry.record.packages
    if packages is None:
        raise entry.error("packages", "needed to count rates", "add it", None)
    for name, (chip_name, factor) in COUNTED_FIELDS.items():
        value, each = getattr(entry.record, name), getattr(chip, chip_name)
        if value is None or each is None:
            continue
        expected = packages * each / factor
        if not _close(value, expected):
            problem = f"is not {packages} x {chip_name} of {chip.id} = {expected:.6g}"
            raise entry.error(name, problem, "correct it, or set rates_from: vendor", value)


def _close(value: float, expected: float) -> bool:
    return abs(value - expected) <= ROUNDING * abs(expected)
