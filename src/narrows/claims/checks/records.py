"""Sentences held against the yardsticks: numbers of law, dated events, market figures."""

from __future__ import annotations

from collections.abc import Iterator

from narrows.claims.checks.events import of_events, of_span
from narrows.claims.checks.figures import of_figure
from narrows.claims.checks.said import finding, note
from narrows.claims.claim import Finding, Verdict
from narrows.claims.knowledge import Knowledge
from narrows.claims.reading import Sentence
from narrows.claims.yardstick import Yardstick
from narrows.rules import Says

CLEARLY_NEARER_CHARS = 8
_OF_SAYS = {
    Says.BORNE_OUT: Verdict.OK,
    Says.QUALIFIED: Verdict.OK_WITH_CAVEAT,
    Says.CONTRADICTED: Verdict.CONTRADICTS_RULEBOOK,
    Says.NO_CARD: Verdict.UNVERIFIABLE,
}


def check_records(sentence: Sentence, knowledge: Knowledge) -> Iterator[Finding]:
    """Yield the findings of every yardstick whose words stand in the sentence.

    Where one record bears a figure out and another does not, the figure was about the first,
    unless the words of the other stand clearly nearer.
    """
    found: list[tuple[Finding, int]] = []
    for yardstick in knowledge.yardsticks:
        anchors = yardstick.anchors(sentence.folded, sentence.lead)
        if anchors:
            spans = [(low + sentence.start, high + sentence.start) for low, high in anchors]
            for one in _held(sentence, yardstick, spans, knowledge):
                place = (one.start - sentence.start, one.end - sentence.start)
                found.append((one, yardstick.spread(sentence.folded, place)))
    yield from _undisputed(found)


def _undisputed(found: list[tuple[Finding, int]]) -> Iterator[Finding]:
    for one, spread in found:
        rivals = [
            other_spread
            for other, other_spread in found
            if (other.start, other.end) == (one.start, one.end)
            and other.verdict.is_wrong is not one.verdict.is_wrong
        ]
        if not rivals:
            yield one
        elif one.role == "event" and one.verdict.is_wrong:
            if spread + CLEARLY_NEARER_CHARS < min(rivals):
                yield one
        elif one.role == "event":
            if spread <= min(rivals) + CLEARLY_NEARER_CHARS:
                yield one
        elif not one.verdict.is_wrong:
            yield one


def _held(
    sentence: Sentence, yardstick: Yardstick, anchors: list[tuple[int, int]], knowledge: Knowledge
) -> Iterator[Finding]:
    if yardstick.statement is not None:
        yield from _statement(yardstick, anchors, sentence, knowledge)
    elif yardstick.events:
        yield from of_events(yardstick, anchors, sentence, knowledge)
    elif yardstick.span is not None:
        yield from of_span(yardstick, anchors, knowledge)
    else:
        yield from of_figure(yardstick, anchors, sentence, knowledge)


def _statement(
    yardstick: Yardstick, anchors: list[tuple[int, int]], sentence: Sentence, knowledge: Knowledge
) -> Iterator[Finding]:
    answer = knowledge.statements.get(yardstick.statement or "")
    if answer is None:
        return
    verdict = _OF_SAYS[answer.says]
    if yardstick.is_turned(sentence.folded) and verdict in (Verdict.OK, Verdict.OK_WITH_CAVEAT):
        verdict = Verdict.CONTRADICTS_RULEBOOK
    elif yardstick.caveat is not None and verdict is Verdict.OK:
        yield finding(
            yardstick,
            anchors[0],
            Verdict.OK_WITH_CAVEAT,
            note(yardstick.caveat),
            sources=answer.cites,
        )
        return
    yield finding(
        yardstick,
        anchors[0],
        verdict,
        answer.because,
        sources=answer.cites,
        arithmetic=answer.card or "",
    )
