"""Figures of a chip or system in the same sentence, held against its card."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from narrows.catalog import System
from narrows.claims.amount import Amount
from narrows.claims.checks.cards import (
    ALL_RATES,
    CHIP_FIELDS,
    MEMORY,
    POWER,
    SpecCard,
    cards_of,
    field_cards,
    fields_of,
)
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import has
from narrows.claims.knowledge import Knowledge
from narrows.claims.names import Named
from narrows.claims.nearness import agrees, factor_of, power_of_ten_between
from narrows.claims.numerals import CHINESE_DIGITS, read_number
from narrows.claims.reading import Sentence
from narrows.core import Value, message

REACH_CHARS = 220
"""A figure farther from the product's name is about something else."""
SEVERAL_MAX = 100_000
_NUMBER_WORDS = re.compile(rf"[{CHINESE_DIGITS}]+|\d[\d,]*|[a-z]+")
SAID_CHARS = 24
_CLAUSE = re.compile(r"[,，;；、(（]")
FAR = 20.0
JOINED_CHARS = 16
_APART = re.compile(r"[,，;；、\d]|and\b|than|against|比|與|与|和")
USABLE = 0.07
"""Usable memory is a few per cent below what is on the package, and press rounds what a rack
makes and draws."""


def check_specs(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each figure of a product that its card can decide."""
    named = sentence.names or sentence.carried
    if not named:
        return
    paired = _respectively(sentence, named)
    for amount in sentence.amounts:
        fields = fields_of(amount, sentence)
        if not fields:
            continue
        near = paired.get(amount.start) or _near(amount, named, sentence)
        cards = [(one, _as_said(cards_of(one, fields, amount), amount, sentence)) for one in near]
        known = [(one, found) for one, found in cards if found]
        if known and _is_of_several(amount, known[0][1][0], sentence):
            continue
        finding = _judge(amount, known, knowledge) if known else None
        if finding is not None and not _is_of_another(finding, known, amount, sentence):
            yield finding


def _near(amount: Amount, named: Sequence[Named], sentence: Sentence) -> list[Named]:
    ordered = sorted(named, key=lambda one: _order(one, amount, sentence))
    near = [one for one in ordered if _gap(one, amount) <= REACH_CHARS]
    # "the H100's 80 GB" can mean no other product of the sentence.
    return [one for one in near if _is_joined(one, amount, sentence)] or near


def _respectively(sentence: Sentence, named: Sequence[Named]) -> dict[int, list[Named]]:
    """Pair the figures of ``H100 and H200: 80 GB and 141 GB respectively`` with their products."""
    if not has("respectively", sentence.folded):
        return {}
    products = list({tuple(r.id for r in one.records): one for one in reversed(named)}.values())
    products.sort(key=lambda one: one.start)
    by_unit: dict[str, list[Amount]] = {}
    for amount in sentence.amounts:
        by_unit.setdefault(amount.unit, []).append(amount)
    return {
        amount.start: [one]
        for amounts in by_unit.values()
        if len(amounts) == len(products) > 1
        for amount, one in zip(amounts, products, strict=True)
    }


def _is_of_another(
    finding: Finding, known: list[tuple[Named, list[SpecCard]]], amount: Amount, sentence: Sentence
) -> bool:
    """Return whether a figure is that of a product which no card describes.

    ``The X9 holds 200 GB, beating the H100`` measures it against the H100 and says nothing of it.
    """
    return finding.right is not None and all(
        named.start >= amount.end and _is_measured_against(named, amount, sentence)
        for named, _ in known
    )


def _is_measured_against(named: Named, amount: Amount, sentence: Sentence) -> bool:
    """Return whether a word of comparison stands before a product in its own clause."""
    clause = _CLAUSE.split(sentence.between(amount.end, named.start))[-1]
    return has("measured_against", clause.lower())


def _as_said(cards: Iterator[SpecCard], amount: Amount, sentence: Sentence) -> list[SpecCard]:
    """Leave the rate with sparsity out where the article says that its figure is dense."""
    before = _CLAUSE.split(sentence.between(amount.start - SAID_CHARS, amount.start))[-1]
    behind = _CLAUSE.split(sentence.between(amount.end, amount.end + SAID_CHARS))[0]
    around = f"{before} {behind}".lower()
    dense = has("dense_words", around) and not has("sparse_words", around)
    return [card for card in cards if not (dense and card.sparse)]


def _is_joined(named: Named, amount: Amount, sentence: Sentence) -> bool:
    gap = sentence.between(named.end, amount.start)
    return 0 <= amount.start - named.end <= JOINED_CHARS and not _APART.search(gap)


def _is_of_several(amount: Amount, card: SpecCard, sentence: Sentence) -> bool:
    """Return whether a figure is that of several: ``eight of them hold 640 GB``."""
    times = amount.value / card.value if card.value else 0.0
    count = round(times)
    if not 2 <= count <= SEVERAL_MAX or abs(times - count) > 0.01 * count:
        return False
    numbers = (read_number(word) for word in _NUMBER_WORDS.findall(sentence.folded))
    return any(number == count for number in numbers if number is not None)


def _judge(
    amount: Amount, known: list[tuple[Named, list[SpecCard]]], knowledge: Knowledge
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
        loose = card.fieldname in (*MEMORY, *ALL_RATES, *POWER)
        near = loose and agrees(amount, card.value, card.value, slack=USABLE)
        if near or (card not in known[0][1] and agrees(amount, card.value, card.value)):
            return _finding(amount, replace(card, disputed=True), fits=True)
    return _finding(amount, nearest, fits=False)


def _is_another_matter(amount: Amount, card: SpecCard, knowledge: Knowledge) -> bool:
    """Return whether a figure is a rack's beside a chip's name, or a line of law.

    A slip of the decimal point is a whole power of ten; what lies far off otherwise is no slip.
    """
    if amount.unit == "TPP" and amount.value in knowledge.lines("TPP"):
        return True
    times = max(amount.value, card.value) / max(min(amount.value, card.value), 1e-12)
    return times > FAR and power_of_ten_between(amount.value, card.value) is None


def _variants(card: SpecCard, amount: Amount, knowledge: Knowledge) -> Iterator[SpecCard]:
    """Yield the same field of other forms of a chip: the PCIe card, the larger memory."""
    core = "-".join(card.record.id.split("-")[:2])
    for chip in knowledge.catalog.chips.values():
        same = chip.id == core or chip.id.startswith(f"{core}-")
        # A board draws what its superchip allows: press gives either for B300 and GB300.
        sibling = card.fieldname in POWER and chip.id.endswith(core.partition("-")[2])
        if chip.id != card.record.id and (same or sibling):
            yield from field_cards(chip, card.fieldname, amount)
    if isinstance(card.record, System):
        yield from _of_each(card, amount, knowledge)


def _of_each(card: SpecCard, amount: Amount, knowledge: Knowledge) -> Iterator[SpecCard]:
    """Yield the figure of one package of a system: by its chip's card, and by division."""
    system = card.record
    if not isinstance(system, System):
        return
    chip = knowledge.catalog.chips.get(system.chip or "")
    if chip is not None:
        yield from cards_of(Named(0, 0, "", (chip,)), CHIP_FIELDS, amount)
    if system.packages:
        yield replace(card, value=card.value / system.packages)


def _finding(amount: Amount, card: SpecCard, *, fits: bool) -> Finding:
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
        why=message(f"claims.spec.{what}", **shared, factor=factor_of(power)),
        arithmetic=f"{card.record.id}.{card.fieldname}: {card.value:,.6g} {unit}; "
        f"printed {amount.value:,.6g} {unit}",
        sources=card.sources,
        right=None if fits else card.value,
    )


def _gap(named: Named, amount: Amount) -> int:
    return max(amount.start - named.end, named.start - amount.end, 0)


def _order(named: Named, amount: Amount, sentence: Sentence) -> tuple[int, int]:
    """Order by side, then distance; a product before the figure in its clause comes first."""
    low, high = sorted((named.end, amount.start))
    across = sentence.between(low, high)
    marks = sum(mark in across for mark in "；;，,")
    return (marks > 0) + (named.start > amount.start), _gap(named, amount)
