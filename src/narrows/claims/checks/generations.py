"""Sentences that rank chips without a figure: an older generation, stronger than China's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from narrows.catalog import Chip
from narrows.claims.checks.cards import tpp_of
from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import has, places
from narrows.claims.knowledge import Knowledge
from narrows.claims.reading import Sentence
from narrows.core import last_day, message


def check_generations(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield whether a chip is of an older generation, and how it stands beside China's own."""
    named = [
        (one.start, record)
        for one in sentence.names
        for record in one.records
        if isinstance(record, Chip)
    ]
    if not named:
        return
    at, chip = named[0]
    if has("older", sentence.folded):
        yield from _older(sentence, chip, knowledge)
    if has("outperform", sentence.folded) and has("chinese_chips", sentence.folded):
        yield from _ranked(sentence, at - sentence.start, chip, knowledge)


def _older(sentence: Sentence, chip: Chip, knowledge: Knowledge) -> Iterator[Finding]:
    own = tpp_of(chip)
    for other in knowledge.catalog.chips.values():
        theirs = tpp_of(other)
        if own is None or theirs is None or chip.announced is None or other.announced is None:
            continue
        if other.vendor == chip.vendor and other.announced > chip.announced and theirs > own:
            yield _said(sentence, "older", (chip, own), (other, theirs), Verdict.OK)
            return


def _ranked(sentence: Sentence, at: int, chip: Chip, knowledge: Knowledge) -> Iterator[Finding]:
    """Compare with the strongest Chinese chip on sale, whichever of the two the sentence ranks."""
    own = tpp_of(chip)
    rivals = [
        (theirs, other.id, other)
        for other in knowledge.catalog.chips.values()
        if other.vendor_country == "CN"
        and (theirs := tpp_of(other)) is not None
        and _on_sale(other, knowledge.day)
    ]
    if own is None or not rivals:
        return
    best, _, rival = max(rivals)
    verb = next(places("outperform", sentence.folded))[0]
    theirs_at = next(places("chinese_chips", sentence.folded))[0]
    if at < verb < theirs_at:
        holds = own > best
    elif theirs_at < verb < at:
        holds = best > own
    else:
        return
    verdict = Verdict.OK_WITH_CAVEAT if holds else Verdict.CONTRADICTS_CATALOGUE
    yield _said(sentence, "outperform", (chip, own), (rival, best), verdict)


def _on_sale(chip: Chip, day: date) -> bool:
    """Return whether a chip shipped by a day; a plan does not count."""
    try:
        return chip.shipping is not None and last_day(chip.shipping) <= day
    except ValueError:
        return False


def _said(
    sentence: Sentence,
    idea: str,
    one: tuple[Chip, float],
    other: tuple[Chip, float],
    verdict: Verdict,
) -> Finding:
    start, end = next(places(idea, sentence.folded))
    (chip, own), (rival, theirs) = one, other
    return Finding(
        start=sentence.start + start,
        end=sentence.start + end,
        verdict=verdict,
        role="comparison",
        about=chip.id,
        why=message(f"claims.chip.{idea}", product=chip.name, other=rival.name, times=own / theirs),
        arithmetic=f"{chip.id}.tpp / {rival.id}.tpp = {own:,.6g} / {theirs:,.6g}",
        sources=tuple(sorted({*chip.sources, *rival.sources})),
    )
