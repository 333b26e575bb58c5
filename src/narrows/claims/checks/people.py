"""Names of persons: a wrong character, or a person given to another firm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import has
from narrows.claims.knowledge import Knowledge
from narrows.claims.parties import Mention, Party, PartyKind
from narrows.claims.reading import Sentence
from narrows.core import message

TITLE_GAP_MAX_CHARS = 22
"""``president of Inventec, Jack Tsai``: firm, title and name stand close together."""
OFFICE_MAX_CHARS = 48
_OFFICE_OF = re.compile(r"(?:of|at|for|是|任|為|为)\s*(?:the\s*)?$")
LATIN_NEAR = 0.85
"""Similarity of two Latin names above which one is a slip of the other."""
_LATIN_NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")


def check_people(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each person whose name or firm can be checked."""
    firms = [mention for mention in sentence.parties if mention.party.kind is PartyKind.FIRM]
    for mention in sentence.parties:
        if mention.party.kind is PartyKind.PERSON and mention.party.role is not None:
            yield from _office(sentence, mention, firms)
    if not firms:
        return
    here = {firm.party.id for firm in firms}
    for party in knowledge.parties.parties:
        if party.kind is PartyKind.PERSON and party.of in here:
            yield from _misspelt(sentence, party)


def _office(sentence: Sentence, person: Mention, firms: list[Mention]) -> Iterator[Finding]:
    party = person.party
    before = [firm for firm in firms if 0 <= person.start - firm.end <= TITLE_GAP_MAX_CHARS]
    titled = [
        firm
        for firm in before
        if has("titles", sentence.between(firm.end, person.start).lower())
        and not re.search(r"[,，;；。]", sentence.between(firm.end, person.start).strip(" ,，"))
    ]
    titled += _behind(sentence, person, firms)
    if party.of is not None and titled and titled[-1].party.id != party.of:
        firm = titled[-1]
        whole = Mention(min(person.start, firm.start), max(person.end, firm.end), party)
        yield _finding(sentence, whole, "other_firm", Verdict.CONTRADICTS_CATALOGUE)
    elif party.caveat is not None:
        yield _finding(sentence, person, "caveat", Verdict.OK_WITH_CAVEAT)
    elif titled:
        yield _finding(sentence, person, "office", Verdict.OK)


def _behind(sentence: Sentence, person: Mention, firms: list[Mention]) -> list[Mention]:
    """Return the firm of ``Jack Tsai, president of Inventec``."""
    for firm in firms:
        gap = sentence.between(person.end, firm.start).lower()
        if 0 < firm.start - person.end <= OFFICE_MAX_CHARS and _OFFICE_OF.search(gap):
            return [firm] if has("titles", gap) else []
    return []


def _finding(sentence: Sentence, person: Mention, what: str, verdict: Verdict) -> Finding:
    party = person.party
    role = party.role
    note = party.caveat if what == "caveat" else role
    return Finding(
        start=person.start,
        end=person.end,
        verdict=verdict,
        role="name",
        about=party.id,
        why=message(
            f"claims.person.{what}",
            name=sentence.between(person.start, person.end),
            en=note.en if note else "",
            zh_hant=note.zh_hant if note else "",
            zh_hans=note.zh_hans if note else "",
        ),
        sources=party.sources,
    )


def _misspelt(sentence: Sentence, party: Party) -> Iterator[Finding]:
    if any(mention.party.id == party.id for mention in sentence.parties):
        return
    for start, end, right in (*_near_han(sentence.text, party), *_near_latin(sentence.text, party)):
        yield Finding(
            start=sentence.start + start,
            end=sentence.start + end,
            verdict=Verdict.CONTRADICTS_CATALOGUE,
            role="name",
            about=party.id,
            why=message("claims.person.misspelt", written=sentence.text[start:end], right=right),
            sources=party.sources,
            fix=right,
        )


def _near_han(text: str, party: Party) -> Iterator[tuple[int, int, str]]:
    """Yield names of three characters that share the surname and one more with the true one."""
    for name in party.names:
        if name.isascii() or len(name) != 3:  # surname and two characters
            continue
        pattern = f"{name[0]}{name[1]}[\u4e00-\u9fff]|{name[0]}[\u4e00-\u9fff]{name[2]}"
        for match in re.finditer(pattern, text):
            if match[0] not in party.names:
                yield match.start(), match.end(), name
                return


def _near_latin(text: str, party: Party) -> Iterator[tuple[int, int, str]]:
    names = [name for name in party.names if name.isascii() and " " in name]
    for match in _LATIN_NAME.finditer(text):
        for name in names:
            near = SequenceMatcher(None, match[0].lower(), name.lower()).ratio() >= LATIN_NEAR
            if near and match[0] != name:
                yield match.start(), match.end(), name
                return
