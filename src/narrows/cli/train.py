"""``narrows train``: the fastest layouts of a training step on a cluster."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from narrows.brief.training import render_training_html
from narrows.catalog import load_catalog
from narrows.cli.output import write_page
from narrows.cli.ranges import TOKENS_MAX, TOP_MAX, check_range, check_step
from narrows.cli.serve_tables import Language, Telling
from narrows.cli.train_options import LAYOUTS, STEP, Layouts, Step
from narrows.cli.train_tables import layout_words, show_training
from narrows.cli.training_words import (
    calibration_named,
    hardware_named,
    notes,
    shape_named,
)
from narrows.core import Json, Message
from narrows.performance.hardware import GIB
from narrows.performance.training import (
    Cluster,
    Job,
    SearchResult,
    TrainingPrediction,
    search,
)
from narrows.performance.training.whole_run import WholeRun, whole_run

PAGE = "training"
"""Name of the page and of the mapping beside it, which holds the same numbers."""


def train(
    model: str,
    *,
    on: str,
    chips: int,
    step: Step = STEP,
    tokens: float | None = None,
    layouts: Layouts = LAYOUTS,
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
    tokens
        Tokens of the whole run: adds days, goodput and energy.
    layouts
        Which layouts are tried.
    top
        Layouts to show.
    calibration
        A file of ``narrows calibrate``.
    output
        Folder for training.html (where time and memory of a step go) and training.json with the
        same numbers.
    lang
        Language of the answer.
    json_output
        Print JSON.
    """
    check_step(chips=chips, sequence=step.sequence, batch=step.batch)
    check_range("top", top, 1, TOP_MAX)
    if tokens is not None:
        check_range("tokens", tokens, 1, TOKENS_MAX)
    catalog = load_catalog()
    cluster = Cluster(hardware=hardware_named(on, catalog), chips=chips)
    job = step.job()
    found = search(
        shape_named(model, catalog),
        cluster,
        job=job,
        space=layouts.space(),
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
    show_training(found, run, Telling(lang))
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
        "front": [
            {
                "strategy": asdict(each.strategy),
                "layout": layout_words(each.strategy),
                "step_s": each.step_s,
                "peak_mem_gib": each.peak_mem_gib,
            }
            for each in found.front
        ],
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
        "host": None if each.host is None else asdict(each.host),
        "flags": [_message(flag) for flag in each.flags],
        "notes": list(notes(each.flags)),
    }


def _message(flag: Message) -> Json:
    values: dict[str, Json] = {
        key: value if isinstance(value, (int, float)) else str(value)
        for key, value in flag.values.items()
    }
    return {"id": flag.id, "values": values}
