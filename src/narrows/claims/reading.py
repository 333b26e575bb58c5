"""An article read: its sentences, and the figures, dates, products and parties in each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from narrows.claims.amount import Amount
from narrows.claims.amounts import find_amounts
from narrows.claims.article import Article
from narrows.claims.days import Days, find_days
from narrows.claims.names import Named, NameFinder
from narrows.claims.parties import Mention, PartyFinder

SENTENCE_MAX_CHARS = 1_200
"""What runs on longer is cut, so that work within a sentence stays bounded."""

LEAD_MAX_CHARS = 200
_PRONOUN = re.compile(
    r"\s*(?:他|她|它|其|該公司|该公司|該晶片|该芯片|三者|兩者|两者|二者|記憶體方面|顯存方面|显存方面|這款|这款|公司"
    r"|(?:He|She|It|Its|His|Her|The chip|The company)\b)"
)
_END = re.compile(
    r"[。！？!?\n]+[」』”\"')]*|(?<=[A-Za-z0-9%)\]\"”])(?<![\s.][A-Z])\.(?=\s+[A-Z0-9$\"“(]|\s*$)",
    re.M,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with everything found in it; all places are offsets in the article."""

    start: int
    end: int
    text: str
    folded: str
    """The same text in lower case, for looking words up."""
    amounts: tuple[Amount, ...]
    days: tuple[Days, ...]
    names: tuple[Named, ...]
    parties: tuple[Mention, ...]
    bare: tuple[int, ...]
    """Where a number stands that no unit or date explains."""
    lead: str = ""
    """Whom and what a pronoun at the start means, by the names in the sentence before."""
    carried: tuple[Named, ...] = ()
    """The products of the sentence before, where this one starts with a pronoun."""

    def between(self, start: int, end: int) -> str:
        """Return the text between two places of the article."""
        return self.text[max(start - self.start, 0) : max(end - self.start, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The whole article, sentence by sentence."""

    article: Article
    sentences: tuple[Sentence, ...]


def read(article: Article, names: NameFinder, parties: PartyFinder, *, today: date) -> Reading:
    """Return the article with what was found in it."""
    found: list[Sentence] = []
    for start, end in sentence_spans(article.folded):
        sentence = _sentence(article, start, end, names, parties, today)
        if found and _PRONOUN.match(sentence.text):
            sentence = _with_lead(sentence, found[-1])
        found.append(sentence)
    return Reading(article=article, sentences=tuple(found))


def _with_lead(sentence: Sentence, before: Sentence) -> Sentence:
    """Tell a sentence what its pronoun means; a chain of pronouns keeps the first meaning."""
    spans = [(one.start, one.end) for one in before.names]
    spans += [(one.start, one.end) for one in before.parties]
    words = " ".join(before.between(start, end).lower() for start, end in spans)
    return replace(
        sentence,
        lead=f"{before.lead} {words}".strip()[:LEAD_MAX_CHARS],
        carried=before.names or before.carried,
    )


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences start and end, in pieces of bounded length."""
    start = 0
    for match in _END.finditer(text):
        yield from _pieces(text, start, match.end())
        start = match.end()
    yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    for low in range(start, end, SENTENCE_MAX_CHARS):
        yield low, min(low + SENTENCE_MAX_CHARS, end)


def _sentence(
    article: Article, start: int, end: int, names: NameFinder, parties: PartyFinder, today: date
) -> Sentence:
    text = article.folded[start:end]
    taken = bytearray(len(text))
    products = names.find(text)
    for named in products:
        taken[named.start : named.end] = b"\x01" * (named.end - named.start)
    days = _with_years(
        [one for one in find_days(text, today=today) if not any(taken[one.start : one.end])]
    )
    for one in days:
        taken[one.start : one.end] = b"\x01" * (one.end - one.start)
    amounts, bare = find_amounts(
        text, taken, article.locale, frozenset(named.start for named in products)
    )
    return Sentence(
        start=start,
        end=end,
        text=text,
        folded=text.lower(),
        amounts=tuple(replace(a, start=a.start + start, end=a.end + start) for a in amounts),
        days=tuple(replace(d, start=d.start + start, end=d.end + start) for d in days),
        names=tuple(replace(n, start=n.start + start, end=n.end + start) for n in products),
        parties=tuple(
            replace(m, start=m.start + start, end=m.end + start) for m in parties.find(text)
        ),
        bare=tuple(place + start for place in bare),
    )


def _with_years(days: list[Days]) -> list[Days]:
    """Give a date without a year that of the date before it in the same sentence."""
    dated: list[Days] = []
    for one in days:
        before = next((other for other in reversed(dated) if other.year_stated), None)
        if one.year_stated or before is None or before.precision == "year":
            dated.append(one)
            continue
        year = before.first.year
        try:
            first, last = one.first.replace(year=year), one.last.replace(year=year)
        except ValueError:
            dated.append(one)
            continue
        dated.append(replace(one, first=first, last=last))
    return dated
