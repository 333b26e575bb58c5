"""``narrows train``: the fastest layouts of a training step on a cluster."""

from __future__ import annotations

from pathlib import Path

from narrows.brief.training import render_training_html
from narrows.catalog import load_catalog
from narrows.cli.host_options import HOST, HostWords
from narrows.cli.options import AsJson, Language, Output
from narrows.cli.output import print_json, write_page
from narrows.cli.progress import progress
from narrows.cli.ranges import TOKENS_MAX, TOP_MAX, check_range, check_step
from narrows.cli.serve_tables import Telling
from narrows.cli.train_options import LAYOUTS, STEP, Layouts, Step
from narrows.cli.train_tables import show_training
from narrows.cli.train_tree import page_tree, search_tree
from narrows.cli.training_words import (
    calibration_named,
    hardware_named,
    shape_named,
)
from narrows.performance.calibration import Calibration
from narrows.performance.shape import Shape
from narrows.performance.training import (
    Cluster,
    Job,
    SearchResult,
    Space,
    search,
)
from narrows.performance.training.every_strategy import every_strategy
from narrows.performance.training.whole_run import whole_run
from narrows.performance.training.whole_search import search_whole

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
    host: HostWords = HOST,
    top: int = 5,
    calibration: Path | None = None,
    output: Output | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
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
    host
        The host of a chip.
    top
        Layouts to show.
    calibration
        A file of ``narrows calibrate``.
    output
        Folder for training.html (where time and memory of a step go) and training.json with the
        same numbers.
    lang
        Language of the answer.
    as_json
        Print JSON.
    """
    _check(chips=chips, step=step, top=top, tokens=tokens)
    catalog = load_catalog()
    cluster = Cluster(hardware=host.on(hardware_named(on, catalog)), chips=chips)
    host.serve(layouts)
    job = step.job()
    found = _found(
        shape_named(model, catalog, mtp=step.mtp),
        cluster,
        job,
        layouts,
        top=top,
        calibration=calibration_named(calibration),
    )
    run = None if tokens is None else whole_run(found.ranked[0], cluster, job=job, tokens=tokens)
    if output is not None:
        tree = page_tree(model, cluster, job, search_tree(found, run))
        write_page(output, PAGE, tree, render_training_html(tree, language=lang))
    if as_json:
        print_json(search_tree(found, run))
        return 0
    show_training(found, run, Telling(lang))
    return 0


def _check(*, chips: int, step: Step, top: int, tokens: float | None) -> None:
    check_step(chips=chips, sequence=step.sequence, batch=step.batch)
    check_range("top", top, 1, TOP_MAX)
    if tokens is not None:
        check_range("tokens", tokens, 1, TOKENS_MAX)


def _found(
    shape: Shape,
    cluster: Cluster,
    job: Job,
    layouts: Layouts,
    *,
    top: int,
    calibration: Calibration,
) -> SearchResult:
    if not layouts.whole_space:
        space = layouts.space(Space())
        return search(shape, cluster, job=job, space=space, top=top, calibration=calibration)
    with progress() as report:
        return search_whole(
            shape,
            cluster,
            job=job,
            space=layouts.space(every_strategy(shape, cluster, job)),
            top=top,
            calibration=calibration,
            watch=lambda done, of: report(f"{done:,} / {of:,}"),
        )
