"""Which field of a card a figure can be, and what the card says there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from narrows.catalog import Chip, System, best_dense_rate, fact, unit_of
from narrows.claims.amount import Amount, Bound
from narrows.claims.checks.figures import in_unit
from narrows.claims.cues import has
from narrows.claims.names import Named
from narrows.claims.reading import Sentence
from narrows.core import RefusalError

LINK_CHARS = 40
CONTEXT_CHARS = 22
SPARSE = 2.0
"""Makers print rates for two-to-four sparsity, twice the dense rate."""

_RATES = {
    "dtype_bf16": ("bf16_tflops", "bf16_pflops"),
    "dtype_fp8": ("fp8_tflops", "fp8_pflops"),
    "dtype_int8": ("int8_tops", "int8_pops"),
    "dtype_fp4": ("fp4_tflops", "fp4_pflops"),
}
ALL_RATES = (
    *(name for names in _RATES.values() for name in names),
    "fp64_tflops",
    "fp64_tensor_tflops",
    "fp32_tflops",
    "tf32_tflops",
)
_LINKS = (
    "scaleup_gb_s_per_direction",
    "scaleup_gb_s_bidirectional",
    "scaleup_tb_s_bidirectional",
    "scaleup_gb_s_per_chip_per_direction",
)
MEMORY = ("memory_gb", "hbm_tb", "fast_memory_tb")
_BANDWIDTH = ("memory_bandwidth_gb_s", "hbm_bandwidth_tb_s")
CHIP_FIELDS = ("memory_gb", "memory_bandwidth_gb_s", "tdp_w")
POWER = ("tdp_w", "power_kw")


@dataclass(frozen=True, slots=True)
class SpecCard:
    """One field of one record, in the unit that the article uses."""

    record: Chip | System
    fieldname: str
    value: float
    sources: tuple[str, ...]
    sparse: bool = False
    disputed: bool = False


def fields_of(amount: Amount, sentence: Sentence) -> tuple[str, ...]:
    """Return the fields that a figure can be, by its unit and the words around it."""
    around = sentence.between(amount.start - CONTEXT_CHARS, amount.end + CONTEXT_CHARS).lower()
    if amount.unit in ("GB/s", "TB/s", "PB/s", "Gbit/s"):
        lead = sentence.between(amount.start - LINK_CHARS, amount.start).lower()
        if has("link_words", around) or has("link_words", lead):
            return _LINKS
        if amount.unit == "Gbit/s":
            return ()
        # A bare rate may be either; the words about memory make it one.
        return (
            _BANDWIDTH
            if has("bandwidth_quantity", around) or has("hbm_words", around)
            else (*_BANDWIDTH, *_LINKS)
        )
    if amount.unit in ("GB", "TB", "PB"):
        return MEMORY
    if amount.unit in ("TFLOP/s", "PFLOP/s", "EFLOP/s", "TOP/s"):
        return _rate_fields(amount, sentence)
    if amount.unit in ("W", "kW", "MW"):
        return POWER
    if amount.unit == "TPP":
        return ("tpp",)
    if amount.unit in ("chip", "die"):
        return _count_fields(amount, sentence, around)
    return ()


def _rate_fields(amount: Amount, sentence: Sentence) -> tuple[str, ...]:
    behind = sentence.between(amount.end, amount.end + CONTEXT_CHARS).lower()
    before = sentence.between(amount.start - CONTEXT_CHARS, amount.start).lower()
    for text in (behind[:12], before[-14:], behind, before):
        for idea, names in _RATES.items():
            if has(idea, text):
                return names
    return ALL_RATES


def _count_fields(amount: Amount, sentence: Sentence, around: str) -> tuple[str, ...]:
    """Return the fields of a count, where the sentence speaks of a system's make-up."""
    systems = [one for one in sentence.names if any(isinstance(r, System) for r in one.records)]
    if not systems or amount.value < 2:
        return ()
    lead = sentence.between(amount.start - 2 * CONTEXT_CHARS, amount.start).lower()
    if not has("makeup", lead):
        return ()
    if amount.unit == "die" or has("die_words", around):
        return ("logic_dies",)
    if has("package_words", amount.text.lower() + around):
        return ("packages",)
    return ("packages", "marketed_count", "logic_dies")


def cards_of(named: Named, fields: tuple[str, ...], amount: Amount) -> Iterator[SpecCard]:
    """Yield the cards of all records that a name can mean, field by field."""
    for record in named.records:
        for fieldname in fields:
            yield from field_cards(record, fieldname, amount)


def field_cards(record: Chip | System, fieldname: str, amount: Amount) -> Iterator[SpecCard]:
    """Yield what a record says of a field, disputed values and sparse rates included."""
    if fieldname == "tpp":
        yield from _tpp(record)
        return
    if not hasattr(record, fieldname):
        return
    try:
        figure = fact(record, fieldname)
    except RefusalError:
        return
    unit = unit_of(fieldname)
    values = [(float(figure.value or math.nan), False)]
    for dispute in record.disputes:
        if dispute.fieldname == fieldname:
            values += [
                (number, True) for text in dispute.seen if (number := _number(text)) is not None
            ]
    for value, disputed in values:
        turned = _in(value, unit, amount.unit)
        if turned is None:
            continue
        yield SpecCard(record, fieldname, turned, figure.sources, disputed=disputed)
        if (
            fieldname in ALL_RATES
            and not disputed
            and has("sparsity_makers", record.vendor.lower())
        ):
            yield SpecCard(record, fieldname, SPARSE * turned, figure.sources, sparse=True)


def _tpp(record: Chip | System) -> Iterator[SpecCard]:
    value = tpp_of(record) if isinstance(record, Chip) else None
    if value is not None:
        yield SpecCard(record, "tpp", value, record.sources)


def tpp_of(chip: Chip) -> float | None:
    """Return total processing performance from the best dense rate; ``None`` where unknown."""
    try:
        best = best_dense_rate(chip)
    except RefusalError:
        return None
    return best.tops * best.bits


def _in(value: float, unit: str, to: str) -> float | None:
    scale = {"PB": ("TB", 1e-3), "PB/s": ("TB/s", 1e-3), "POP/s": ("TOP/s", 1e3)}
    if unit in scale:
        unit, factor = scale[unit]
        value *= factor
    wanted, back = scale.get(to, (to, 1.0))
    probe = Amount(
        start=0,
        end=0,
        text="",
        value=value,
        low=value,
        high=value,
        unit=unit,
        role="",
        bound=Bound.STATED,
        step=0.0,
    )
    turned = in_unit(probe, wanted)
    return None if turned is None else turned.value * back


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None
