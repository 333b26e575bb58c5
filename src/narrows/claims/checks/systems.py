"""Multiples between two products, tried on every base that the catalogue knows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

from narrows.catalog import (
    Chip,
    Comparison,
    CountingUnit,
    Dtype,
    MemoryScope,
    Quantity,
    System,
    compare,
    fact,
)
from narrows.claims.amount import Amount, Bound
from narrows.claims.checks.cards import tpp_of
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import distance, has, places
from narrows.claims.knowledge import Knowledge
from narrows.claims.names import Named
from narrows.claims.nearness import agrees, cut_printed, same_printed
from narrows.claims.reading import Sentence
from narrows.core import RefusalError, message

_IDEAS = {
    "count_quantity": Quantity.COUNT,
    "memory_quantity": Quantity.MEMORY,
    "bandwidth_quantity": Quantity.MEMORY_BANDWIDTH,
    "compute_quantity": Quantity.COMPUTE,
}
_NAMED_BASES = {
    "package_words": "packages",
    "hbm_words": "hbm_tb",
    "dtype_bf16": "bf16",
    "dtype_fp8": "fp8",
    "dtype_int8": "int8",
    "dtype_fp4": "fp4",
}
SAID_CHARS = 24
PRODUCTS_MAX = 5
"""A sentence with more products is a list, and any figure would fit some pair of it."""
BOTH_SIDES = 2
"""A base is what is said where both sides of the ratio are counted so."""
CUE_MAX_CHARS = 40
_CLAUSE = re.compile(r"[,，;；。、]")
BEHIND_CHARS = 14
"""``6.7 times the compute``: the quantity may stand right behind."""
_CHIP_FIELDS = {
    Quantity.COMPUTE: ("bf16_tflops", "fp8_tflops", "int8_tops", "fp4_tflops"),
    Quantity.MEMORY: ("memory_gb",),
    Quantity.MEMORY_BANDWIDTH: ("memory_bandwidth_gb_s",),
}


@dataclass(frozen=True, slots=True)
class _Base:
    """A ratio on one base, and what a reader must be told of it."""

    value: float
    name: str
    sources: tuple[str, ...]
    mixed: bool = False
    """The two sides are not counted alike, or host memory is in it."""


def check_ratios(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each multiple between two products of the catalogue."""
    multiples = [a for a in sentence.amounts if a.unit == "ratio" and a.low == a.high]
    if not multiples or len(sentence.names) < 2:
        return
    for amount, quantity in _quantities(sentence, multiples):
        judged = [
            _judge(amount, quantity, bases)
            for pair in _pairs(sentence, amount)
            if (bases := _as_said(_bases(*pair, quantity, knowledge), amount, sentence))
        ]
        if judged:
            # The nearest pair is meant, unless the figure is true of another in the sentence.
            yield next((one for one in judged if not one.verdict.is_wrong), judged[0])


def _as_said(bases: list[_Base], amount: Amount, sentence: Sentence) -> list[_Base]:
    """Keep the bases that the article itself names: packages, HBM, a number format."""
    around = sentence.between(amount.start - SAID_CHARS, amount.end + SAID_CHARS).lower()
    for idea, field in _NAMED_BASES.items():
        if not has(idea, around):
            continue
        kept = [base for base in bases if base.name.count(field) == BOTH_SIDES]
        return kept or bases
    return bases


def _judge(amount: Amount, quantity: Quantity, bases: list[_Base]) -> Finding:
    exact = [base for base in bases if same_printed(amount, base.value)]
    cut = [base for base in bases if cut_printed(amount, base.value)]
    loose = [base for base in bases if agrees(amount, base.value, base.value)]
    if amount.bound is not Bound.STATED or amount.step >= 1 or amount.role != "multiple":
        exact = exact or loose
    fitting = sorted(exact, key=lambda base: base.mixed) or cut or loose
    if not fitting:
        nearest = min(bases, key=lambda base: abs(math.log(base.value / amount.value)))
        return _finding(amount, quantity, nearest, Verdict.CONTRADICTS_CATALOGUE, "differs", bases)
    base = fitting[0]
    if not exact:
        return _finding(
            amount, quantity, base, Verdict.OK_WITH_CAVEAT, "cut" if cut else "near", bases
        )
    if base.mixed:
        return _finding(amount, quantity, base, Verdict.OK_WITH_CAVEAT, "one_base", bases)
    return _finding(amount, quantity, base, Verdict.OK, "fits", bases)


def _finding(
    amount: Amount, quantity: Quantity, base: _Base, verdict: Verdict, what: str, bases: list[_Base]
) -> Finding:
    wrong = verdict.is_wrong
    return Finding(
        start=amount.start,
        end=amount.end,
        verdict=verdict,
        role="ratio",
        about=str(quantity),
        why=message(
            f"claims.ratio.{what}",
            base=base.name,
            value=base.value,
            printed=amount.value,
            other=max((b.value for b in bases), key=lambda v: abs(v - base.value)),
        ),
        arithmetic="; ".join(f"{b.name} = {b.value:.4g}" for b in bases[:8]),
        sources=tuple(sorted({source for b in bases for source in b.sources})),
        fix=f"{base.value:.3g}x ({base.name})" if wrong else "",
    )


def _quantities(sentence: Sentence, multiples: list[Amount]) -> Iterator[tuple[Amount, Quantity]]:
    """Pair each multiple with what is compared: beside it, or in a list of equal length."""
    listed = _listed(sentence)
    if len(multiples) > 1 and len(listed) == len(multiples):
        order = [quantity for _, quantity in listed]
        ahead = all(place < multiples[0].start - sentence.start for place, _ in listed)
        if ahead:
            yield from zip(multiples, order, strict=True)
            return
    for amount in multiples:
        quantity = _nearest(sentence, amount)
        if quantity is not None:
            yield amount, quantity


def _listed(sentence: Sentence) -> list[tuple[int, Quantity]]:
    """Return the quantities named in the sentence in order, each word once."""
    spans: list[tuple[int, int, Quantity]] = []
    for idea, quantity in _IDEAS.items():
        for start, end in places(idea, sentence.folded):
            if not any(low < end and start < high for low, high, _ in spans):
                spans.append((start, end, quantity))
    spans.sort(key=lambda span: span[0])
    return [(start, quantity) for start, _, quantity in spans]


def _nearest(sentence: Sentence, amount: Amount) -> Quantity | None:
    span = (amount.start - sentence.start, amount.end - sentence.start)
    behind = _CLAUSE.split(sentence.folded[span[1] : span[1] + BEHIND_CHARS + 20])[0]
    for idea, quantity in _IDEAS.items():
        found = next(iter(places(idea, behind)), None)
        if found is not None and found[0] <= BEHIND_CHARS:
            return quantity
    gaps = {
        idea: distance(span, ((s, e) for s, e in places(idea, sentence.folded) if e <= span[0]))
        for idea in _IDEAS
    }
    near = {idea: gap for idea, gap in gaps.items() if gap is not None and gap <= CUE_MAX_CHARS}
    return _IDEAS[min(near, key=lambda idea: near[idea])] if near else None


def _pairs(sentence: Sentence, amount: Amount) -> list[tuple[Named, Named]]:
    """Return the pairs of different products of the sentence, the nearest to the figure first."""
    nearest = sorted(sentence.names, key=lambda one: abs(one.start - amount.start))
    different: list[Named] = []
    for one in nearest:
        ids = {record.id for record in one.records}
        if not any(ids & {record.id for record in other.records} for other in different):
            different.append(one)
    return list(combinations(different[:PRODUCTS_MAX], 2))


def _bases(one: Named, other: Named, quantity: Quantity, knowledge: Knowledge) -> list[_Base]:
    found: list[_Base] = []
    for left, right in product(one.records, other.records):
        both = _of_records(left, right, quantity, knowledge)
        found += both
    # The article's order of names is no order of size: "X, against Y, is 6.7 times".
    turned = [
        _Base(1 / base.value, _upside_down(base.name), base.sources, base.mixed) for base in found
    ]
    larger = [base for base in (*found, *turned) if base.value >= 1]
    return sorted(larger, key=lambda base: (base.mixed, base.name))


def _upside_down(name: str) -> str:
    over, _, under = name.partition(" / ")
    return f"{under} / {over}"


def _of_records(
    left: Chip | System, right: Chip | System, quantity: Quantity, knowledge: Knowledge
) -> list[_Base]:
    if isinstance(left, System) and isinstance(right, System):
        return _of_systems(left, right, quantity, knowledge)
    if isinstance(left, Chip) and isinstance(right, Chip):
        return _of_chips(left, right, quantity)
    return []


def _of_systems(
    left: System, right: System, quantity: Quantity, knowledge: Knowledge
) -> list[_Base]:
    bases = []
    for comparison, mixed in _comparisons(left.id, right.id, quantity):
        try:
            ratio = compare(knowledge.catalog, comparison)
        except RefusalError:
            continue
        sources = tuple(sorted({s for figure in ratio.figure.inputs for s in figure.sources}))
        if ratio.figure.value:
            bases.append(_Base(float(ratio.figure.value), ratio.figure.formula, sources, mixed))
    return bases


def _comparisons(left: str, right: str, quantity: Quantity) -> Iterator[tuple[Comparison, bool]]:
    plain = Comparison(id="claims", quantity=quantity, over=left, under=right)
    if quantity is Quantity.COUNT:
        for over, under in product((CountingUnit.PACKAGE, CountingUnit.DIE), repeat=2):
            counted = replace(plain, over_unit=over, under_unit=under)
            yield counted, over is not under
    elif quantity is Quantity.COMPUTE:
        yield from ((replace(plain, dtype=dtype), False) for dtype in Dtype)
    else:
        yield replace(plain, memory_scope=MemoryScope.HBM), False
        if quantity is Quantity.MEMORY:
            yield replace(plain, memory_scope=MemoryScope.FAST_MEMORY), True


def _of_chips(left: Chip, right: Chip, quantity: Quantity) -> list[_Base]:
    bases = []
    for fieldname in _CHIP_FIELDS.get(quantity, ()):
        try:
            over, under = fact(left, fieldname), fact(right, fieldname)
        except RefusalError:
            continue
        if over.value and under.value:
            name = f"{left.id}.{fieldname} / {right.id}.{fieldname}"
            bases.append(
                _Base(float(over.value) / float(under.value), name, (*over.sources, *under.sources))
            )
    if quantity is Quantity.COMPUTE:
        tpp = [tpp_of(left), tpp_of(right)]
        if tpp[0] and tpp[1]:
            bases.append(
                _Base(
                    tpp[0] / tpp[1],
                    f"{left.id}.tpp / {right.id}.tpp",
                    (*left.sources, *right.sources),
                )
            )
    return bases
