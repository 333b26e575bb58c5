"""The answer of ``narrows train`` on a terminal."""

from __future__ import annotations

from rich.table import Table

from narrows.brief.figures import UNKNOWN
from narrows.cli.serve_tables import Telling
from narrows.cli.train_options import SCHEDULES
from narrows.cli.training_words import notes
from narrows.performance.pipeline import Schedule
from narrows.performance.training import SearchResult, Strategy, TrainingPrediction
from narrows.performance.training.whole_run import WholeRun

BAR_WIDTH = 20
"""Characters of the longest bar; the table then fits 80 columns."""
SHARE_MIN = 0.0005
"""Parts below what the table can print are left out."""


def show_training(found: SearchResult, run: WholeRun | None, told: Telling) -> None:
    """Print the ranking, where the first one's time goes, and what the figures rest on."""
    best = found.ranked[0]
    told.console.print(_ranking(found, told))
    if len(found.front) > 1:
        told.console.print(_front(found, told))
    told.console.print(_parts(best, told))
    told.line(
        told.say(
            "train.counted",
            timed=found.evaluated,
            pruned=found.pruned,
            excluded=_excluded(found, told) or UNKNOWN,
        )
    )
    if best.host is not None:
        told.line(
            told.say(
                "train.host",
                memory=best.host.memory_gib,
                out=best.host.to_host_gb,
                back=best.host.from_host_gb,
            )
        )
    if run is not None:
        told.line(_whole_run(run, told))
    for note in notes(best.flags, told.lang):
        told.line(f"- {note}")


def _excluded(found: SearchResult, told: Telling) -> str:
    """Return the reasons for which candidates were never timed, the commonest first."""
    common = sorted(found.excluded.items(), key=lambda each: -each[1])
    return "; ".join(f"{told.say(f'train.excluded.{name}')} {count:,}" for name, count in common)


def _whole_run(run: WholeRun, told: Telling) -> str:
    if run.energy_mwh is None:
        return told.say("train.run.no_power", days=told.interval(run.days), goodput=run.goodput)
    return told.say(
        "train.run", days=told.interval(run.days), goodput=run.goodput, energy=run.energy_mwh
    )


def _ranking(found: SearchResult, told: Telling) -> Table:
    heads = ("layout", "step", "rate", "memory", "peak")
    table = told.table(
        told.say("train.ranking"), *(told.say(f"train.head.{name}") for name in heads), left=1
    )
    for each in found.ranked:
        table.add_row(
            layout_words(each.strategy),
            told.interval(each.step_s),
            told.interval(each.tokens_per_s_per_chip),
            told.number(each.peak_mem_gib.p50),
            f"{each.utilisation:.0%}",
        )
    return table


def _front(found: SearchResult, told: Telling) -> Table:
    heads = ("layout", "step", "memory")
    table = told.table(
        told.say("train.front"), *(told.say(f"train.head.{name}") for name in heads), left=1
    )
    for each in found.front:
        table.add_row(
            layout_words(each.strategy),
            told.number(each.step_s),
            told.number(each.peak_mem_gib),
        )
    return table


def _parts(best: TrainingPrediction, told: Telling) -> Table:
    heads = ("part", "seconds", "share")
    table = told.table(
        told.say("train.parts"), *(told.say(f"train.head.{name}") for name in heads), "", left=1
    )
    table.columns[-1].justify = "left"
    total = sum(best.breakdown.values())
    for name, seconds in best.breakdown.items():
        share = seconds / total
        if share >= SHARE_MIN:
            bar = "█" * round(share * BAR_WIDTH)
            words = told.say(f"training.part.{name}")
            table.add_row(words, f"{seconds:.3f}", f"{share:.1%}", bar)
    return table


OFFLOADED = {
    "optimizer": "opt",
    "optimizer-copied": "opt-copied",
    "gradients": "grad",
    "weights": "wt",
    "activations": "act",
}
"""What lives on the host, in few letters."""


def layout_words(s: Strategy) -> str:
    """Return a layout in the usual letters, leaving out what is one."""
    degrees = {
        "tp": s.tensor,
        "pp": s.pipeline,
        "vpp": s.chunks,
        "cp": s.context,
        "ep": s.expert,
        "dp": s.data,
    }
    words = [f"{name}{size}" for name, size in degrees.items() if size > 1]
    words += [f"mb{s.micro_batch}", f"zero{s.zero}"]
    if s.recompute == "full" and s.recomputed_share < 1.0:
        words.append(f"re-{s.recomputed_share:.0%}")
    elif s.recompute != "none":
        words.append(f"re-{s.recompute}")
    if s.schedule is not Schedule.ONE_F_ONE_B:
        words.append(next(name for name, each in SCHEDULES.items() if each is s.schedule))
    if s.offload.words:
        words.append(f"off-{'+'.join(OFFLOADED[word] for word in s.offload.words)}")
    return " ".join(words)
