"""Figures of a chip or system in the same sentence, held against its card."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from narrows.catalog import Chip, System, best_dense_rate, fact, unit_of
from narrows.claims.amounts import Amount, Bound
from narrows.claims.checks.figures import in_unit
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import has
from narrows.claims.knowledge import Knowledge
from narrows.claims.names import Named
from narrows.claims.nearness import agrees, power_of_ten_between
from narrows.claims.reading import Sentence
from narrows.core import RefusalError, Value, message

REACH_CHARS = 220
"""A figure farther from the product's name is about something else."""
LINK_CHARS = 40
CONTEXT_CHARS = 22
"""The words that say which figure it is stand this close to it."""
FAR = 20.0
JOINED_CHARS = 16
_APART = re.compile(r"[,，;；、\d]|and\b|than|against|比|與|与|和")
USABLE = 0.07
"""Usable memory is a few per cent below what is on the package; sources print either."""
SPARSE = 2.0
"""Makers print rates for two-to-four sparsity, twice the dense rate."""

_RATES = {
    "dtype_bf16": ("bf16_tflops", "bf16_pflops"),
    "dtype_fp8": ("fp8_tflops", "fp8_pflops"),
    "dtype_int8": ("int8_tops", "int8_pops"),
    "dtype_fp4": ("fp4_tflops", "fp4_pflops"),
}
_ALL_RATES = (
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
_MEMORY = ("memory_gb", "hbm_tb", "fast_memory_tb")
_BANDWIDTH = ("memory_bandwidth_gb_s", "hbm_bandwidth_tb_s")
_CHIP_FIELDS = ("memory_gb", "memory_bandwidth_gb_s", "tdp_w")
_POWER = ("tdp_w", "power_kw")


@dataclass(frozen=True, slots=True)
class _Card:
    """One field of one record, in the unit that the article uses."""

    record: Chip | System
    fieldname: str
    value: float
    sources: tuple[str, ...]
    sparse: bool = False
    disputed: bool = False


def check_specs(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each figure of a product that its card can decide."""
    named = sentence.names or sentence.carried
    if not named:
        return
    for amount in sentence.amounts:
        fields = _fields(amount, sentence)
        if not fields:
            continue
        ordered = sorted(named, key=lambda one: _order(one, amount, sentence))
        near = [one for one in ordered if _gap(one, amount) <= REACH_CHARS]
        # "the H100's 80 GB" can mean no other product of the sentence.
        near = [one for one in near if _is_joined(one, amount, sentence)] or near
        cards = [(one, list(_cards(one, fields, amount))) for one in near]
        known = [(one, found) for one, found in cards if found]
        if known and (finding := _judge(amount, known, knowledge)) is not None:
            yield finding


def _is_joined(named: Named, amount: Amount, sentence: Sentence) -> bool:
    gap = sentence.between(named.end, amount.start)
    return 0 <= amount.start - named.end <= JOINED_CHARS and not _APART.search(gap)


def _judge(
    amount: Amount, known: list[tuple[Named, list[_Card]]], knowledge: Knowledge
) -> Finding | None:
    """Judge by the nearest product; another in the sentence may be the one that is meant."""
    for _, cards in known:
        for card in sorted(cards, key=lambda one: (one.sparse, one.disputed)):
            if agrees(amount, card.value, card.value):
                return _finding(amount, card, fits=True)
    nearest = known[0][1][0]
    if _is_another_matter(amount, nearest, knowledge):
        return None
    for card in (*known[0][1], *_variants(nearest, amount, knowledge)):
        near = card.fieldname in _MEMORY and agrees(amount, card.value, card.value, slack=USABLE)
        if near or (card not in known[0][1] and agrees(amount, card.value, card.value)):
            return _finding(amount, replace(card, disputed=True), fits=True)
    return _finding(amount, nearest, fits=False)


def _is_another_matter(amount: Amount, card: _Card, knowledge: Knowledge) -> bool:
    """Return whether a figure is a rack's beside a chip's name, or a line of law.

    A slip of the decimal point is a whole power of ten; what lies far off otherwise is no slip.
    """
    if amount.unit == "TPP" and amount.value in knowledge.lines("TPP"):
        return True
    times = max(amount.value, card.value) / max(min(amount.value, card.value), 1e-12)
    return times > FAR and power_of_ten_between(amount.value, card.value) is None


def _variants(card: _Card, amount: Amount, knowledge: Knowledge) -> Iterator[_Card]:
    """Yield the same field of other forms of a chip: the PCIe card, the larger memory."""
    core = "-".join(card.record.id.split("-")[:2])
    for chip in knowledge.catalog.chips.values():
        if chip.id != card.record.id and (chip.id == core or chip.id.startswith(f"{core}-")):
            yield from _card(chip, card.fieldname, amount)
    if isinstance(card.record, System):
        yield from _of_each(card, amount, knowledge)


def _of_each(card: _Card, amount: Amount, knowledge: Knowledge) -> Iterator[_Card]:
    """Yield the figure of one package of a system: by its chip's card, and by division."""
    system = card.record
    if not isinstance(system, System):
        return
    chip = knowledge.catalog.chips.get(system.chip or "")
    if chip is not None:
        yield from _cards(Named(0, 0, "", (chip,)), _CHIP_FIELDS, amount)
    if system.packages:
        yield replace(card, value=card.value / system.packages)


def _finding(amount: Amount, card: _Card, *, fits: bool) -> Finding:
    unit = amount.unit
    shared: dict[str, Value] = {
        "product": card.record.name,
        "field": card.fieldname,
        "value": card.value,
        "printed": amount.value,
        "unit": unit,
    }
    power = power_of_ten_between(amount.value, card.value)
    if not fits:
        verdict, what = Verdict.CONTRADICTS_CATALOGUE, "slipped" if power else "differs"
    elif card.sparse or card.disputed:
        verdict, what = Verdict.OK_WITH_CAVEAT, "sparse" if card.sparse else "disputed"
    else:
        verdict, what = Verdict.OK, "fits"
    return Finding(
        start=amount.start,
        end=amount.end,
        verdict=verdict,
        role="spec",
        about=f"{card.record.id}.{card.fieldname}",
        why=message(f"claims.spec.{what}", **shared, power=power),
        arithmetic=f"{card.record.id}.{card.fieldname}: {card.value:,.6g} {unit}; "
        f"printed {amount.value:,.6g} {unit}",
        sources=card.sources,
        fix="" if fits else f"{card.value:,.6g} {unit}",
    )


def _fields(amount: Amount, sentence: Sentence) -> tuple[str, ...]:
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
        return _MEMORY
    if amount.unit in ("TFLOP/s", "PFLOP/s", "EFLOP/s", "TOP/s"):
        return _rate_fields(amount, sentence)
    if amount.unit in ("W", "kW", "MW"):
        return _POWER
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
    return _ALL_RATES


def _count_fields(amount: Amount, sentence: Sentence, around: str) -> tuple[str, ...]:
    """Return the fields of a count, where the sentence speaks of a system's make-up."""
    systems = [one for one in sentence.names if any(isinstance(r, System) for r in one.records)]
    if not systems or amount.value < 2:
        return ()
    makeup = (
        "contain",
        "compris",
        "consist",
        "with ",
        "has ",
        "holds",
        "packs",
        "搭載",
        "搭载",
        "配備",
        "配备",
        "由",
        "包含",
        "擁有",
        "拥有",
        "內有",
        "共有",
        "集成",
        "integrat",
        "connect",
        "links",
        "uses",
    )
    lead = sentence.between(amount.start - 2 * CONTEXT_CHARS, amount.start).lower()
    if not any(word in lead for word in makeup):
        return ()
    if amount.unit == "die" or has("die_words", around):
        return ("logic_dies",)
    return ("packages", "marketed_count", "logic_dies")


def _cards(named: Named, fields: tuple[str, ...], amount: Amount) -> Iterator[_Card]:
    for record in named.records:
        for fieldname in fields:
            yield from _card(record, fieldname, amount)


def _card(record: Chip | System, fieldname: str, amount: Amount) -> Iterator[_Card]:
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
        yield _Card(record, fieldname, turned, figure.sources, disputed=disputed)
        if fieldname in _ALL_RATES and not disputed:
            yield _Card(record, fieldname, SPARSE * turned, figure.sources, sparse=True)


def _tpp(record: Chip | System) -> Iterator[_Card]:
    if not isinstance(record, Chip):
        return
    try:
        best = best_dense_rate(record)
    except RefusalError:
        return
    yield _Card(record, "tpp", best.tops * best.bits, best.rate.sources)


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


def _gap(named: Named, amount: Amount) -> int:
    return max(amount.start - named.end, named.start - amount.end, 0)


def _order(named: Named, amount: Amount, sentence: Sentence) -> tuple[int, int]:
    """Order by side, then distance; a product before the figure in its clause comes first."""
    low, high = sorted((named.end, amount.start))
    across = sentence.between(low, high)
    marks = sum(mark in across for mark in "；;，,")
    return (marks > 0) + (named.start > amount.start), _gap(named, amount)
