"""The audit of an article: every figure and checkable sentence, with its verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from narrows.catalog import Catalog, load_catalog
from narrows.claims import checks
from narrows.claims.amount import Amount, Bound, rewritten
from narrows.claims.article import Article, read_article
from narrows.claims.claim import Audit, Claim, Finding, NotUnderstood, Verdict, weightiest
from narrows.claims.cues import has
from narrows.claims.days import Days
from narrows.claims.knowledge import Knowledge
from narrows.claims.parties import PartyKind
from narrows.claims.reading import Reading, Sentence, read
from narrows.claims.roles import role_of, subject_of
from narrows.claims.tree import audit_tree
from narrows.core import COMPILED_ON, Json, Message, message
from narrows.rules import Pack, load_pack

_WITH_BEFORE = (checks.check_growth, checks.check_levels)
_LOOK_UPS = frozenset({"record", "spec", "ratio"})
_ALONE = (
    checks.check_conversions,
    checks.check_records,
    checks.check_ratios,
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
        claims=tuple(claims),
        not_understood=tuple(puzzles),
        text=article.text,
        locale=str(article.locale),
    )


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
        yield _figure(
            amount, sentence, _about_one_thing(by_place.pop((amount.start, amount.end), []))
        )
    for days in sentence.days:
        here = _of_one_event(by_place.pop((days.start, days.end), []))
        # A bare year is the period of the figures beside it; it is a claim where it was checked.
        if here or days.precision != "year":
            yield _date(days, sentence, here)
    for (start, end), here in sorted(by_place.items()):
        yield _statement(start, end, sentence, here)
    yield from _attributions(sentence, findings)
    if has("opinion", sentence.folded) and not findings:
        yield _opinion(sentence)


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


def _figure(amount: Amount, sentence: Sentence, findings: list[Finding]) -> Claim:
    role = findings[0].role if findings else role_of(amount, sentence)
    period = _period(amount, sentence)
    subject = subject_of(amount.start, sentence)
    return _claim(
        amount.start,
        amount.end,
        sentence,
        findings,
        role=role,
        about=" ".join(part for part in (role, subject, period or "") if part),
        value=amount.low if amount.bound is Bound.VAGUE else amount.value,
        low=amount.low,
        high=amount.high,
        unit=amount.unit,
        bound=str(amount.bound),
        period=period,
        subject=subject,
        rewrite=amount,
    )


def _date(days: Days, sentence: Sentence, findings: list[Finding]) -> Claim:
    period = f"{days.first}" if days.first == days.last else f"{days.first}..{days.last}"
    subject = subject_of(days.start, sentence)
    return _claim(
        days.start,
        days.end,
        sentence,
        findings,
        role="date",
        about=f"date {subject}".strip(),
        unit="date",
        period=period,
        subject=subject,
    )


def _statement(start: int, end: int, sentence: Sentence, findings: list[Finding]) -> Claim:
    role = findings[0].role
    return _claim(start, end, sentence, findings, role=role, about=f"{role} {findings[0].about}")


def _attributions(sentence: Sentence, findings: list[Finding]) -> Iterator[Claim]:
    """Yield a house or speaker who is cited; without a record the words cannot be checked."""
    if has("source_list", sentence.folded[:12]):
        dated = bool(sentence.days) or "http" in sentence.folded
        verdict = Verdict.OK if dated else Verdict.OK_WITH_CAVEAT
        yield _plain(
            sentence.start,
            sentence.end,
            sentence,
            "source_list",
            verdict,
            message("claims.sources.undated"),
        )
        return
    if any(finding.role in ("quote", "speaker") for finding in findings):
        return
    cited = [
        mention
        for mention in sentence.parties
        if mention.party.kind in (PartyKind.HOUSE, PartyKind.PERSON)
    ]
    if cited and has("attribution", sentence.folded):
        one = cited[0]
        yield _plain(
            one.start,
            one.end,
            sentence,
            "attribution",
            Verdict.UNVERIFIABLE,
            message("claims.attribution.no_record", name=sentence.between(one.start, one.end)),
        )


def _opinion(sentence: Sentence) -> Claim:
    return _plain(
        sentence.start,
        sentence.end,
        sentence,
        "opinion",
        Verdict.OPINION,
        message("claims.opinion.sentence"),
    )


def _plain(
    start: int, end: int, sentence: Sentence, role: str, verdict: Verdict, why: Message
) -> Claim:
    return Claim(
        text=sentence.between(start, end).strip(),
        start=start,
        end=end,
        sentence=(sentence.start, sentence.end),
        role=role,
        about=role,
        verdict=verdict,
        why=(why,),
    )


def _claim(
    start: int,
    end: int,
    sentence: Sentence,
    findings: list[Finding],
    *,
    role: str,
    about: str,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
    unit: str | None = None,
    bound: str = "stated",
    period: str | None = None,
    subject: str | None = None,
    rewrite: Amount | None = None,
) -> Claim:
    verdict = weightiest([one.verdict for one in findings]) if findings else Verdict.UNVERIFIABLE
    # What says the verdict comes first; what agrees with the figure is kept behind it.
    ordered = sorted(findings, key=lambda one: one.verdict is not verdict)
    why = _each(one.why for one in ordered) or (message("claims.figure.no_check"),)
    return Claim(
        text=sentence.between(start, end),
        start=start,
        end=end,
        sentence=(sentence.start, sentence.end),
        role=role,
        about=about,
        verdict=verdict,
        value=value,
        low=low,
        high=high,
        unit=unit,
        bound=bound,
        period=period,
        subject=subject,
        named_source=_house(sentence),
        why=why,
        arithmetic=tuple(dict.fromkeys(one.arithmetic for one in ordered if one.arithmetic)),
        sources=tuple(dict.fromkeys(source for one in ordered for source in one.sources)),
        fixes=tuple(dict.fromkeys(_fixes(ordered, rewrite))),
    )


def _fixes(findings: list[Finding], rewrite: Amount | None) -> Iterator[str]:
    for one in findings:
        if one.fix:
            yield one.fix
        elif one.right is not None and rewrite is not None:
            yield rewritten(rewrite, one.right)


def _each(messages: Iterable[Message]) -> tuple[Message, ...]:
    kept: list[Message] = []
    for one in messages:
        if one not in kept:
            kept.append(one)
    return tuple(kept)


def _house(sentence: Sentence) -> str | None:
    houses = [m for m in sentence.parties if m.party.kind is PartyKind.HOUSE]
    return houses[0].party.names[0] if houses else None


def _period(amount: Amount, sentence: Sentence) -> str | None:
    before = [one for one in sentence.days if one.end <= amount.start]
    behind = [one for one in sentence.days if 0 <= one.start - amount.end <= 6]
    chosen = behind[0] if behind and not before else before[-1] if before else None
    if chosen is None:
        return None
    return str(chosen.first.year) if chosen.precision == "year" else f"{chosen.first}"


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
