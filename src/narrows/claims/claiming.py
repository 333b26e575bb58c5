"""What was found of a place in a text, made into a claim with its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from narrows.claims.amount import Amount, Bound, rewritten
from narrows.claims.claim import Claim, Finding, Verdict, weightiest
from narrows.claims.cues import has
from narrows.claims.days import Days
from narrows.claims.parties import PartyKind
from narrows.claims.reading import Sentence
from narrows.claims.roles import role_of, subject_of
from narrows.core import Message, message

_BEHIND_CHARS = 6
"""A period behind its figure, ``12 萬張（2025 年）``, follows within so many characters."""


def figure_claim(amount: Amount, sentence: Sentence, findings: list[Finding]) -> Claim:
    """Return the claim that a figure makes, judged by what was found of it."""
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


def date_claim(days: Days, sentence: Sentence, findings: list[Finding]) -> Claim:
    """Return the claim that a date makes."""
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


def statement_claim(start: int, end: int, sentence: Sentence, findings: list[Finding]) -> Claim:
    """Return the claim of words that carry no figure; there is a finding at least."""
    role = findings[0].role
    return _claim(start, end, sentence, findings, role=role, about=f"{role} {findings[0].about}")


def attributions(sentence: Sentence, findings: list[Finding]) -> Iterator[Claim]:
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


def opinion_claim(sentence: Sentence) -> Claim:
    """Return a sentence that holds an opinion as one."""
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
    behind = [one for one in sentence.days if 0 <= one.start - amount.end <= _BEHIND_CHARS]
    chosen = behind[0] if behind and not before else before[-1] if before else None
    if chosen is None:
        return None
    return str(chosen.first.year) if chosen.precision == "year" else f"{chosen.first}"
