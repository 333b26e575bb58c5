"""Who said it, and where: only where a dated record decides."""

from __future__ import annotations

from collections.abc import Iterator

from narrows.claims.claim import Finding, Verdict
from narrows.claims.cues import any_of, has, load_cues
from narrows.claims.knowledge import Knowledge
from narrows.claims.parties import Mention, PartyKind
from narrows.claims.reading import Sentence
from narrows.claims.yardstick import Quote
from narrows.core import message

_VENUES = {"venue_earnings": "earnings", "venue_press": "press"}


def check_quotes(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield findings on the speaker and the occasion of statements with a record."""
    for quote in knowledge.quotes:
        if quote.fits(sentence.folded):
            yield from _speaker(sentence, quote, knowledge)
            yield from _venue(sentence, quote)
            yield from _day(sentence, quote)
            yield _said(sentence, quote)


def _speaker(sentence: Sentence, quote: Quote, knowledge: Knowledge) -> Iterator[Finding]:
    speaker = _named_speaker(sentence)
    if speaker is None:
        return
    named = speaker.party
    fits = named.id in (quote.speaker, quote.firm) or named.of == quote.firm
    recorded = _name(quote, knowledge)
    yield Finding(
        start=speaker.start,
        end=speaker.end,
        verdict=Verdict.OK if fits else Verdict.CONTRADICTS_EVENTS,
        role="speaker",
        about=quote.id,
        why=message(
            f"claims.quote.{'speaker' if fits else 'other_speaker'}",
            recorded=recorded,
            named=sentence.between(speaker.start, speaker.end),
            on=quote.on,
        ),
        arithmetic=f"{quote.event or quote.id}: {recorded}, {quote.on}",
        sources=quote.sources,
        fix="" if fits else recorded,
    )


def _named_speaker(sentence: Sentence) -> Mention | None:
    """Return the party with a title or a verb of speech right behind it."""
    who = [m for m in sentence.parties if m.party.kind in (PartyKind.FIRM, PartyKind.PERSON)]
    for mention in who:
        behind = sentence.between(mention.end, mention.end + 14).lower()
        before = sentence.between(mention.start - 16, mention.start).lower()
        office = has("titles", behind) or (has("titles", before) and "of " in before)
        if office or has("speech", behind[:8]):
            return mention
    return None


def _name(quote: Quote, knowledge: Knowledge) -> str:
    wanted = [quote.speaker, quote.firm]
    names = [
        party.names[0] for key in wanted for party in knowledge.parties.parties if party.id == key
    ]
    return ", ".join(names)


def _venue(sentence: Sentence, quote: Quote) -> Iterator[Finding]:
    if quote.venue is None:
        return
    for idea, kind in _VENUES.items():
        found = load_cues()[idea].search(sentence.folded)
        if found is None:
            continue
        fits = kind == quote.venue
        yield Finding(
            start=sentence.start + found.start(),
            end=sentence.start + found.end(),
            verdict=Verdict.OK if fits else Verdict.CONTRADICTS_EVENTS,
            role="venue",
            about=quote.id,
            why=message(
                f"claims.quote.{'venue' if fits else 'other_venue'}",
                recorded=quote.venue,
                on=quote.on,
            ),
            sources=quote.sources,
        )
        return


def _day(sentence: Sentence, quote: Quote) -> Iterator[Finding]:
    days = [one for one in sentence.days if one.precision in ("day", "month")]
    if len(days) != 1 or not sentence.start <= days[0].start:
        return
    fits = days[0].covers(quote.on)
    yield Finding(
        start=days[0].start,
        end=days[0].end,
        verdict=Verdict.OK if fits else Verdict.CONTRADICTS_EVENTS,
        role="date",
        about=quote.id,
        why=message(f"claims.event.{'fits' if fits else 'other_day'}", on=quote.on, until=quote.on),
        arithmetic=f"{quote.event or quote.id}: {quote.on}",
        sources=quote.sources,
        fix="" if fits else quote.on.isoformat(),
    )


def _said(sentence: Sentence, quote: Quote) -> Finding:
    """Return that the gist is on record, at the place of its words."""
    found = any_of(quote.when[0]).search(sentence.folded)
    start = sentence.start + (found.start() if found else 0)
    return Finding(
        start=start,
        end=sentence.start + (found.end() if found else len(sentence.text)),
        verdict=Verdict.OK,
        role="quote",
        about=quote.id,
        why=message("claims.quote.gist", on=quote.on),
        sources=quote.sources,
    )
