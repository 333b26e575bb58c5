"""Answers of the serving verbs on a terminal, in three languages."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from narrows.brief import text
from narrows.brief.figures import interval, number
from narrows.cli.options import Language
from narrows.cli.serve_question import Compared, Ranked, Refused
from narrows.core import Estimate, Locale, message
from narrows.performance.serving import Opinion, PhaseRates, ServingPrediction

WIDTH = 80
"""Columns that every answer fits."""
ROWS_MAX = 6
"""Deployments on a terminal of 24 lines; JSON holds all."""
PART_MS_MIN = 0.05
"""Parts of a step below what is printed are left out."""


def show(answer: Ranked | Compared, lang: Language) -> None:
    """Print an answer."""
    told = Telling(lang)
    if isinstance(answer, Compared):
        _show_compared(answer, told)
    else:
        _show_ranked(answer, told)


class Telling:
    """One language on a terminal of fixed width."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self.console = Console(highlight=False, width=WIDTH)

    def say(self, message_id: str, **values: str | float | None) -> str:
        """Return the sentence of an id."""
        return _spaced(text(message(message_id, **values), language=self.lang))

    def line(self, words: str) -> None:
        """Print a line that a pipe may read whole."""
        self.console.print(words, soft_wrap=True, markup=False)

    def interval(self, estimate: Estimate) -> str:
        """Return ``885 (430-1,800)``."""
        written = interval(estimate.p05, estimate.p50, estimate.p95, Locale(self.lang))
        return _spaced(written)

    def number(self, value: float) -> str:
        """Return a number with three figures."""
        return number(value, Locale(self.lang))

    def table(self, title: str, *heads: str, left: int) -> Table:
        """Return an empty table whose first ``left`` columns are words."""
        table = Table(title=title, box=None, pad_edge=False, title_justify="left")
        for place, head in enumerate(heads):
            if place < left:
                table.add_column(head, overflow="fold")
            else:
                table.add_column(head, justify="right", no_wrap=True)
        return table


def _spaced(words: str) -> str:
    """Return text with plain spaces: what is copied off a terminal should read back."""
    return words.replace("\u00a0", " ")


def _show_ranked(answer: Ranked, told: Telling) -> None:
    first = answer.found[0]
    told.console.print(_ranking(answer.found, told))
    parts = ", ".join(
        f"{name} {ms:.1f}" for name, ms in first.parts_ms.items() if ms >= PART_MS_MIN
    )
    told.line(told.say("serving.rank.step", parts=parts))
    told.line(
        told.say(
            "serving.rank.memory",
            weights=first.weights_gb,
            cache=first.cache_gb,
            memory=first.memory_gb,
        )
    )
    _show_money(answer, told)
    _show_opinion(answer, told)
    for flag in first.flags:
        told.line(told.say("serving.rank.note", note=text(flag, language=told.lang)))


def _ranking(found: tuple[ServingPrediction, ...], told: Telling) -> Table:
    first = found[0]
    title = told.say(
        "serving.rank.title",
        model=first.model,
        chips=first.chips,
        chip=first.chip,
        weights=first.weights,
        cache=first.cache,
        engine=first.engine,
    )
    names = ("layout", "rate", "tpot", "ttft", "running")
    table = told.table(title, *(told.say(f"serving.head.{name}") for name in names), left=1)
    for each in found[:ROWS_MAX]:
        table.add_row(
            each.layout,
            told.interval(each.output_rate_per_chip),
            told.interval(each.tpot_ms),
            told.number(each.ttft_ms.p50),
            told.number(each.sequences),
        )
    return table


def _show_money(answer: Ranked, told: Telling) -> None:
    money = answer.money
    if money.energy is None:
        told.line(told.say("serving.rank.no_energy", reason=money.power_from))
    else:
        told.line(
            told.say(
                "serving.rank.energy",
                pue=money.pue,
                energy=money.energy.p50,
                source=money.power_from,
                **_spread(money.energy),
            )
        )
    if money.cost is not None:
        told.line(told.say("serving.rank.cost", cost=money.cost.p50, **_spread(money.cost)))


def _spread(estimate: Estimate) -> dict[str, float]:
    return {"low": estimate.p05, "high": estimate.p95}


def _show_opinion(answer: Ranked, told: Telling) -> None:
    opinion = answer.opinion
    if isinstance(opinion, Refused):
        told.line(told.say("serving.opinion.none", reason=opinion.reason))
    if isinstance(opinion, Opinion):
        told.line(
            told.say(
                "serving.opinion.line",
                tables=opinion.tables,
                rate=opinion.output_rate / answer.found[0].chips,
                tpot=opinion.tpot_ms,
                ttft=opinion.ttft_ms,
            )
        )
        if opinion.waits:
            told.line(told.say("serving.opinion.waits"))


def _show_compared(answer: Compared, told: Telling) -> None:
    reference = answer.rates[-1]
    for phase in ("decode", "prefill"):
        title = told.say("serving.phases.title", phase=phase, chips=reference.chips)
        heads = (
            told.say("serving.head.system"),
            told.say("serving.head.engine"),
            told.say("serving.phases.rate"),
            told.say("serving.head.of_reference", reference=reference.system),
        )
        table = told.table(title, *heads, left=2)
        for each in answer.rates:
            rate, ratio = _of_phase(each, phase)
            table.add_row(each.system, each.engine, told.interval(rate), told.interval(ratio))
        told.console.print(table)
    for refused in answer.refused:
        told.line(told.say("serving.refused", system=refused.system, reason=refused.reason))
    told.line(told.say("serving.phases.note"))


def _of_phase(each: PhaseRates, phase: str) -> tuple[Estimate, Estimate]:
    if phase == "decode":
        return each.decode, each.decode_ratio
    return each.prefill, each.prefill_ratio
