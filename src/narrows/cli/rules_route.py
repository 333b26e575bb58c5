"""``narrows rules route|statements``: a way through both sides, and sentences put to the cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from narrows.cli.options import AsJson, InForceOn, Language, knowledge_of
from narrows.cli.rules_speech import Say, print_json, term, terminal, voice
from narrows.core import COMPILED_ON, GateReading, InputError, Truth, message

if TYPE_CHECKING:
    from narrows.rules import RouteVerdict, StatementAnswer

MISSING_SHOWN_MAX = 8
"""Facts printed of those that are missing; the JSON holds them all."""


COLUMNS = 4
"""Gate, state, governing leg, reason."""


def route(name: str, *, lang: Language = "en", as_json: AsJson = False) -> int:
    """Judge a route leg by leg under the rules of both sides: its seven gates, and what they ask.

    Parameters
    ----------
    name
        A YAML file, or a packaged route such as h200-boards or h200-whole.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON, with the row of each layer.
    """
    from narrows.catalog import load_catalog
    from narrows.rules import judge_route, load_pack, read_route, route_tree

    stated = read_route(name)
    catalog = load_catalog()
    try:
        verdict = judge_route(load_pack(), stated, catalog=catalog)
    except InputError as error:
        error.file = error.file or name
        raise
    if as_json:
        print_json(route_tree(verdict))
        return 0
    _print_route(verdict, catalog.chips[verdict.chip].name, lang)
    return 0


def _print_route(verdict: RouteVerdict, chip: str, lang: Language) -> None:
    say, out = voice(lang), terminal()
    head = message(
        "rules.route.label.head", chip=chip, on=verdict.on, known_on=verdict.known_on,
        posture=verdict.posture.value,
    )  # fmt: skip
    out.print(say(message("rules.route.label.findings")), style="bold", markup=False)
    out.print(say(head), markup=False)
    out.print(_gates(verdict, say, lang))
    _print_list(out, say, "rules.route.label.legs", _legs(verdict, lang))
    _print_list(out, say, "rules.route.label.costs", _costs(verdict, say))
    _print_list(out, say, "rules.route.label.counsel", _counsel(verdict, say))
    _print_list(out, say, "rules.route.label.missing", _missing(verdict, say))
    _print_list(out, say, "rules.route.label.not_checked", map(say, verdict.not_checked))


def _gates(verdict: RouteVerdict, say: Say, lang: Language) -> Table:
    grid = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(COLUMNS):
        grid.add_column(overflow="fold")
    for reading in verdict.row:
        where = "" if reading.leg is None else reading.leg
        grid.add_row(
            term(reading.gate.value, lang), _state(reading, lang), where, say(reading.message)
        )
    return grid


def _state(reading: GateReading, lang: Language) -> str:
    word = term(reading.state.value, lang)
    if reading.p_low is not None and reading.p_high is not None:
        return f"{word} {reading.p_low:.0%}-{reading.p_high:.0%}"
    shown = sum(item.shown is Truth.TRUE for item in reading.evidence)
    return f"{word} {shown}/{len(reading.evidence)}" if reading.evidence else word


def _legs(verdict: RouteVerdict, lang: Language) -> Iterator[str]:
    for leg in verdict.legs:
        gates = [f"{term(one.gate.value, lang)} {_state(one, lang)}" for one in leg.readings]
        ends = f"{leg.leg.origin} > {leg.leg.destination}"
        yield f"{leg.leg.id} ({ends}, {term(leg.leg.movement.value, lang)}): {' | '.join(gates)}"


def _costs(verdict: RouteVerdict, say: Say) -> Iterator[str]:
    yield from (say(duty.message) for duty in verdict.duties)
    counsel = say(message("term.counsel"))
    for delay in verdict.delays:
        days = message(
            "rules.route.label.days",
            low=delay.low_days,
            high=delay.high_days,
            leg=delay.leg or counsel,
        )
        yield f"{say(days)}: {say(delay.message)}"


def _counsel(verdict: RouteVerdict, say: Say) -> Iterator[str]:
    for finding in verdict.conflicts:
        if finding.code in {"k2", "k3"}:
            step = say(message(f"term.{finding.step}"))
            yield f"{step} ({finding.party}, {finding.code}): {say(finding.ask)}"


def _missing(verdict: RouteVerdict, say: Say) -> Iterator[str]:
    facts = verdict.legs[0].verdict.regime.pack.facts
    for name in verdict.missing[:MISSING_SHOWN_MAX]:
        title = facts[name].title
        asked = message(
            "rules.route.ask", en=title.en, zh_hant=title.zh_hant, zh_hans=title.zh_hans
        )
        yield f"{say(asked)} ({name})"


def _print_list(out: Console, say: Say, label: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if not found:
        return
    out.print(say(message(label)), style="bold", markup=False)
    for line in found:
        out.print(f"  {line}", markup=False)


def statements(
    *,
    on: InForceOn = COMPILED_ON,
    as_known_on: date | None = None,
    beside: date | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Put what articles say of the two regimes to the cards of a day, as known then.

    Parameters
    ----------
    on
        The day whose rules answer.
    as_known_on
        The day whose knowledge is used; the same day where left out.
    beside
        A second day: print only the answers that differ between the two.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.rules import answers_that_differ, answers_tree

    answers = _answers(on, knowledge_of(as_known_on or on))
    rows: list[tuple[StatementAnswer, ...]] = [(answer,) for answer in answers]
    if beside is not None:
        rows = list(answers_that_differ(answers, _answers(beside, beside)))
    if as_json:
        print_json([answers_tree(row) for row in rows])
        return 0
    say, out = voice(lang), terminal()
    for row in rows:
        out.print(say(row[0].text), style="bold", markup=False)
        for answer in row:
            out.print(f"  {_line(answer, say, lang)}", markup=False)
    return 0


def _answers(on: date, known_on: date) -> tuple[StatementAnswer, ...]:
    from narrows.rules import answer_statements, load_pack, load_statements

    return answer_statements(load_pack(), load_statements(), on=on, known_on=known_on)


def _line(answer: StatementAnswer, say: Say, lang: Language) -> str:
    said = f"{term(answer.says.value, lang)}: {say(answer.because)}"
    return said if answer.card is None else f"{said} ({answer.card}, {answer.certainty})"
