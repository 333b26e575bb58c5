"""The audit of an article: every figure and checkable sentence, with its verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from narrows.catalog import Catalog, load_catalog
from narrows.claims import checks
from narrows.claims.article import Article, read_article
from narrows.claims.claim import Audit, Claim, Finding, NotUnderstood
from narrows.claims.claiming import (
    attributions,
    date_claim,
    figure_claim,
    opinion_claim,
    statement_claim,
)
from narrows.claims.cues import has
from narrows.claims.knowledge import Knowledge
from narrows.claims.reading import Reading, Sentence, read
from narrows.claims.tree import audit_tree
from narrows.core import COMPILED_ON, Json, message
from narrows.rules import Pack, load_pack

_WITH_BEFORE = (checks.check_growth, checks.check_levels)
_Said = TypeVar("_Said", Claim, NotUnderstood)
_LOOK_UPS = frozenset({"record", "spec", "ratio"})
_ALONE = (
    checks.check_conversions,
    checks.check_records,
    checks.check_ratios,
    checks.check_more_than,
    checks.check_generations,
    checks.check_specs,
    checks.check_sums,
    checks.check_quotes,
    checks.check_people,
)


def audit(
    article: Article,
    *,
    as_known_on: date = COMPILED_ON,
    catalog: Catalog | None = None,
    pack: Pack | None = None,
) -> Audit:
    """Return the claims of an article with their verdicts, as the public could judge on a day.

    Parameters
    ----------
    article
        The text, from :func:`read_article` or :func:`article_of`.
    as_known_on
        Nothing that became public later is used.
    catalog, pack
        The packaged ones by default.
    """
    seen = (load_catalog() if catalog is None else catalog).as_known_on(as_known_on)
    knowledge = Knowledge(seen, load_pack() if pack is None else pack, as_known_on)
    reading = read(article, knowledge.names, knowledge.parties, today=as_known_on)
    claims: list[Claim] = []
    puzzles: list[NotUnderstood] = []
    for sentence, findings in _findings(reading, knowledge):
        found = list(_claims(sentence, findings))
        claims += found
        puzzles += _not_understood(sentence, found)
    claims.sort(key=lambda claim: (claim.start, claim.end))
    return Audit(
        claims=tuple(_in_own_words(claim, article.text) for claim in claims),
        not_understood=tuple(_in_own_words(puzzle, article.text) for puzzle in puzzles),
        text=article.text,
        locale=str(article.locale),
    )


def _in_own_words(said: _Said, text: str) -> _Said:
    """Return what was found with the article's own characters, without the blanks around them.

    It was read in one width; what it quotes is what stands between its two places.
    """
    words = text[said.start : said.end]
    start = said.start + len(words) - len(words.lstrip())
    kept = words.strip()
    return replace(said, text=kept, start=start, end=start + len(kept))


def audit_file(path: Path, *, as_known_on: date = COMPILED_ON) -> dict[str, Json]:
    """Read an article from a file and return its audit as the JSON mapping of the contract.

    Raises
    ------
    InputError
        The file is missing, too large, damaged, or holds no text.
    """
    found = audit(read_article(path), as_known_on=as_known_on)
    seen = load_catalog().as_known_on(as_known_on)
    sources = Knowledge(seen, load_pack(), as_known_on).sources
    return audit_tree(found, sources, as_known_on=as_known_on)


def _findings(reading: Reading, knowledge: Knowledge) -> Iterator[tuple[Sentence, list[Finding]]]:
    before: Sentence | None = None
    for sentence in reading.sentences:
        found: list[Finding] = []
        for check in _ALONE:
            found += check(sentence, knowledge)
        for follow_up in _WITH_BEFORE:
            found += follow_up(sentence, knowledge, before)
        yield sentence, found
        before = sentence


def _claims(sentence: Sentence, findings: list[Finding]) -> Iterator[Claim]:
    by_place: dict[tuple[int, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_place[(finding.start, finding.end)].append(finding)
    for amount in sentence.amounts:
        yield figure_claim(
            amount, sentence, _about_one_thing(by_place.pop((amount.start, amount.end), []))
        )
    for days in sentence.days:
        here = _of_one_event(by_place.pop((days.start, days.end), []))
        # A bare year is the period of the figures beside it; it is a claim where it was checked.
        if here or days.precision != "year":
            yield date_claim(days, sentence, here)
    for (start, end), here in sorted(by_place.items()):
        yield statement_claim(start, end, sentence, here)
    yield from attributions(sentence, findings)
    if has("opinion", sentence.folded) and not findings:
        yield opinion_claim(sentence)


def _about_one_thing(findings: list[Finding]) -> list[Finding]:
    """Drop look-ups that contradict a figure which another record bears out: it was about that."""
    looked_up = [one for one in findings if one.role in _LOOK_UPS]
    if all(one.verdict.is_wrong for one in looked_up):
        return findings
    return [one for one in findings if one.role not in _LOOK_UPS or not one.verdict.is_wrong]


def _of_one_event(findings: list[Finding]) -> list[Finding]:
    """Drop other events where a recorded statement bears the date out: it was about that."""
    if not any(one.role == "date" and not one.verdict.is_wrong for one in findings):
        return findings
    return [one for one in findings if not one.verdict.is_wrong]


def _not_understood(sentence: Sentence, claims: list[Claim]) -> Iterator[NotUnderstood]:
    for place in sentence.bare:
        text = sentence.between(place, min(place + 24, sentence.end))
        yield NotUnderstood(
            text=text,
            start=place,
            end=min(place + len(text), sentence.end),
            why=message("claims.not_understood.no_unit"),
        )
    if not claims and len(sentence.text.strip()) > 12:  # a heading or a fragment
        yield NotUnderstood(
            text=sentence.text.strip(),
            start=sentence.start,
            end=sentence.end,
            why=message("claims.not_understood.no_rule"),
        )
