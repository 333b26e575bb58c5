"""The answer of ``narrows cluster`` on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from narrows.brief.figures import UNKNOWN
from narrows.cli.serve_tables import Telling
from narrows.cli.train_tables import layout_words
from narrows.cli.training_words import notes
from narrows.performance.training.clusters import ClusterRun, ClusterRuns
from narrows.performance.training.mix import Mix

if TYPE_CHECKING:
    from narrows.cli.cluster import Work


def show(
    found: Sequence[ClusterRuns],
    mix: Mix | None,
    reason: str | None,
    *,
    model: str,
    work: Work,
    currency: str | None,
    told: Telling,
) -> None:
    """Print the smallest clusters, the cheapest mix and what the figures rest on."""
    table = told.table(
        told.say("cluster.title", model=model, billions=work.tokens / 1e9, days=work.days),
        told.say("cluster.head.system"),
        told.say("cluster.head.layout"),
        told.say("cluster.head.chips"),
        told.say("cluster.head.days"),
        told.say("cluster.head.energy"),
        *([] if currency is None else [told.say("cluster.head.cost", currency=currency)]),
        left=2,
    )
    chosen = [(each, run) for each in found for run in _both(each, work.days)]
    for each, run in chosen:
        table.add_row(*_cells(each, run, currency, told))
    told.console.print(table)
    told.line(told.say("cluster.surely"))
    _show_mix(mix, reason, work, currency, told)
    for line in _notes(chosen, told.lang):
        told.line(f"- {line}")


def _notes(chosen: Sequence[tuple[ClusterRuns, ClusterRun | None]], lang: str) -> Iterable[str]:
    """Return what holds for every row once, and the rest by system."""
    told = [(each.system, notes(run.plan.flags, lang)) for each, run in chosen if run is not None]
    told += [(each.system, [each.refused[-1][1]]) for each, _ in chosen if not each.runs]
    shared = [note for note in (told[0][1] if told else []) if all(note in own for _, own in told)]
    apart = [f"{system}: {note}" for system, own in told for note in own if note not in shared]
    return dict.fromkeys((*shared, *apart))


def _both(found: ClusterRuns, days: float) -> list[ClusterRun | None]:
    """Return the smallest by the median and the smallest that is surely in time."""
    likely, surely = found.smallest(days), found.smallest_surely(days)
    return [likely] if surely is likely else [likely, surely]


def _cells(
    found: ClusterRuns, run: ClusterRun | None, currency: str | None, told: Telling
) -> list[str]:
    if run is None:
        words = told.say("cluster.none", chips=found.tried)
        return [found.system, words, UNKNOWN, UNKNOWN, UNKNOWN, *([UNKNOWN] if currency else [])]
    energy = run.run.energy_mwh
    cells = [
        run.system,
        layout_words(run.plan.strategy),
        f"{run.chips:,}",
        told.interval(run.run.days),
        UNKNOWN if energy is None else told.number(energy),
    ]
    if currency is not None:
        cells.append(UNKNOWN if run.cost is None else told.number(run.cost.p50))
    return cells


def _show_mix(
    mix: Mix | None, reason: str | None, work: Work, currency: str | None, told: Telling
) -> None:
    if reason is not None:
        told.line(told.say("cluster.mix.none", reason=reason))
    if mix is None:
        return
    told.line(told.say("cluster.mix", runs=work.runs, cost=mix.cost, currency=currency))
    for part in mix.parts:
        told.line(
            told.say(
                "cluster.mix.part",
                runs=part.runs,
                clusters=part.clusters,
                chips=part.option.chips,
                system=part.option.system,
            )
        )
