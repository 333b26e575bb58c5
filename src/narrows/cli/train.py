"""``narrows train``: the fastest layouts of a training step on a cluster."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from narrows.brief.training import render_training_html
from narrows.catalog import load_catalog
from narrows.cli.output import write_page
from narrows.cli.serve_tables import Language
from narrows.cli.training_words import (
    band,
    calibration_named,
    hardware_named,
    notes,
    precision_named,
    shape_named,
)
from narrows.core import Json, Message
from narrows.performance.hardware import GIB
from narrows.performance.training import (
    Cluster,
    Job,
    SearchResult,
    Strategy,
    TrainingPrediction,
    search,
)
from narrows.performance.training.whole_run import WholeRun, whole_run

PAGE = "training"
"""Name of the page and of the mapping beside it, which holds the same numbers."""
BAR_WIDTH = 30
"""Characters of the longest bar; the table then fits 80 columns."""


def train(
    model: str,
    *,
    on: str,
    chips: int,
    sequence: int = 4096,
    batch: int = 1024,
    precision: str = "bf16",
    software: str | None = None,
    tokens: float | None = None,
    top: int = 5,
    calibration: Path | None = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    lang: Language = "en",
    json_output: Annotated[bool, Parameter(name=["--json"], negative=())] = False,
) -> int:
    """Rank the parallel layouts of a training step by time, with intervals and a breakdown.

    Parameters
    ----------
    model
        A model's id, name or alias, or a published ``config.json``.
    on
        A system or a chip.
    chips
        Packages in the cluster.
    sequence, batch
        Tokens of a sequence; sequences of a step.
    precision
        bf16, fp8, fp8 block, mxfp8 or nvfp4.
    software
        Generation of training software; the current one of the chips where it is left out.
    tokens
        Tokens of the whole run: adds days, goodput and energy.
    top
        Layouts to show.
    calibration
        A file of ``narrows calibrate``.
    output
        Folder for training.html (where time and memory of a step go) and training.json with the
        same numbers.
    lang
        Language of the page and of the notes.
    json_output
        Print JSON.
    """
    catalog = load_catalog()
    cluster = Cluster(hardware=hardware_named(on, catalog), chips=chips)
    job = Job(
        sequence=sequence, batch=batch, precision=precision_named(precision), software=software
    )
    found = search(
        shape_named(model, catalog),
        cluster,
        job=job,
        top=top,
        calibration=calibration_named(calibration),
    )
    run = None if tokens is None else whole_run(found.ranked[0], cluster, job=job, tokens=tokens)
    if output is not None:
        tree = page_tree(model, cluster, job, _plain(found, run))
        write_page(output, PAGE, tree, render_training_html(tree, language=lang))
    if json_output:
        sys.stdout.write(json.dumps(_plain(found, run), indent=2) + "\n")
        return 0
    _show(found, run, Console(highlight=False), lang)
    return 0


def page_tree(
    model: str, cluster: Cluster, job: Job, answer: Mapping[str, Json]
) -> dict[str, Json]:
    """Return the mapping of ``training.json``: the question, then what ``--json`` prints."""
    return {
        "study": {"name": f"narrows train {model}"},
        "question": {
            "model": model,
            "chip": cluster.hardware.chip_id,
            "chips": cluster.chips,
            "sequence": job.sequence,
            "batch": job.batch,
            "precision": str(job.precision),
            "device_memory_gib": cluster.hardware.memory_bytes / GIB,
        },
        **answer,
        "sources": {},
        "derivations": {},
    }


def _plain(found: SearchResult, run: WholeRun | None) -> dict[str, Json]:
    return {
        "ranked": [_one(each) for each in found.ranked],
        "evaluated": found.evaluated,
        "pruned_by_memory": found.pruned,
        "excluded": dict(found.excluded),
        "whole_run": None if run is None else asdict(run),
    }


def _one(each: TrainingPrediction) -> Json:
    return {
        "strategy": asdict(each.strategy),
        "layout": layout_words(each.strategy),
        "step_s": asdict(each.step_s),
        "tokens_per_s_per_chip": asdict(each.tokens_per_s_per_chip),
        "peak_mem_gib": asdict(each.peak_mem_gib),
        "utilisation": each.utilisation,
        "breakdown_s": dict(each.breakdown),
        "memory_gib": dict(each.memory),
        "flags": [_message(flag) for flag in each.flags],
        "notes": list(notes(each.flags)),
    }


def _message(flag: Message) -> Json:
    values: dict[str, Json] = {
        key: value if isinstance(value, (int, float)) else str(value)
        for key, value in flag.values.items()
    }
    return {"id": flag.id, "values": values}


def _show(found: SearchResult, run: WholeRun | None, console: Console, lang: Language) -> None:
    console.print(_ranking(found))
    best = found.ranked[0]
    console.print(_parts(best))
    excluded = ", ".join(f"{name} {count:,}" for name, count in found.excluded.items())
    console.print(
        f"{found.evaluated:,} layouts timed, {found.pruned:,} too large for memory; "
        f"excluded before: {excluded or 'none'}",
        soft_wrap=True,
    )
    if run is not None:
        energy = "power not published" if run.energy_mwh is None else f"{run.energy_mwh:,.0f} MWh"
        console.print(f"whole run: {band(run.days)} days, goodput {run.goodput:.1%}, {energy}")
    for note in notes(best.flags, lang):
        console.print(f"- {note}", soft_wrap=True)


def _ranking(found: SearchResult) -> Table:
    table = Table(title="Fastest layouts (5-95 %)")
    for column in ("layout", "step s", "tokens/s/chip", "GiB", "of peak"):
        table.add_column(column, justify="left" if column == "layout" else "right")
    for each in found.ranked:
        table.add_row(
            layout_words(each.strategy),
            band(each.step_s),
            band(each.tokens_per_s_per_chip),
            f"{each.peak_mem_gib.p50:.0f}",
            f"{each.utilisation:.0%}",
        )
    return table


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
    if s.recompute != "none":
        words.append(f"re-{s.recompute}")
    return " ".join(words)


def _parts(best: TrainingPrediction) -> Table:
    table = Table(title="Where the time of the first goes")
    table.add_column("part")
    table.add_column("s", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    total = sum(best.breakdown.values())
    for name, seconds in best.breakdown.items():
        share = seconds / total
        if share >= 0.0005:  # below what the table can print
            table.add_row(name, f"{seconds:.3f}", f"{share:.1%}", "█" * round(share * BAR_WIDTH))
    return table
