"""Predictions beside published measurements: errors, coverage, intervals, by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from narrows.catalog import Catalog, data_root
from narrows.core import RefusalError
from narrows.performance.calibration.draws import Calibration
from narrows.performance.calibration.observations import observations
from narrows.performance.calibration.summary import LeftOut, SizeLeftOut, fit_summary
from narrows.performance.hardware import GIB
from narrows.performance.training.answer import Answer, answer_rows
from narrows.performance.training.choose import chosen, evaluate_stack
from narrows.performance.training.layout_runs import layout_runs
from narrows.performance.training.measured import measured_step
from narrows.performance.training.pipeline_law import LawScatter, law_scatter
from narrows.performance.training.row import Cells, Measure, measure, read_cells
from narrows.performance.training.scores import Score, Scored, score
from narrows.performance.training.stack import stacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure that the project promises, and what was reached."""

    name: str
    limit: float
    reached: float
    at_most: bool = True

    @property
    def met(self) -> bool:
        """Whether the promise holds."""
        return self.reached <= self.limit if self.at_most else self.reached >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """What ``narrows validate training`` shows."""

    scores: tuple[Score, ...]
    targets: tuple[Target, ...]
    left_out: tuple[LeftOut, ...]
    """Leave-one-source-out results of the packaged fit."""
    sizes_left_out: tuple[SizeLeftOut, ...]
    """How layouts of one model size are ordered by a fit without that size."""
    scatter: tuple[LawScatter, ...]
    """How far the same runs lie from any pipeline, whatever the model."""
    refused: tuple[tuple[str, str], ...]
    """Row ids and reasons among the rows of the targets and those of the user."""


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Cells
    measured: Measure
    answer: Answer
    scored: Scored | None
    unread: str = ""
    """Why its measured figures are none."""

    @property
    def reason(self) -> str:
        """Why the row is not scored."""
        if self.answer.step_s is None:
            return self.answer.reason
        return self.unread or "no measured time or rate that a prediction can be held against"


def packaged_runs() -> Path:
    """Return the packaged table of training measurements."""
    return data_root() / "measurements" / "training_runs.csv"


def validate(
    catalog: Catalog, calibration: Calibration, *, added: Path | None = None
) -> ValidationReport:
    """Score the packaged measurements, and a user's own where they are given."""
    rows = _rows(packaged_runs(), catalog, calibration)
    own = [] if added is None else _rows(added, catalog, calibration)
    test = [row for row in rows if row.measured.split == "test" and _is_full(row)]
    groups = _groups(rows, test, own)
    scores = [found for name, group in groups if (found := score(name, group)) is not None]
    return ValidationReport(
        scores=tuple(scores),
        targets=(*_targets(scores, rows, test), *_memory(catalog, calibration)),
        left_out=fit_summary().left_out,
        sizes_left_out=fit_summary().sizes_left_out,
        scatter=law_scatter(layout_runs(observations(packaged_runs(), catalog))),
        refused=tuple((row.cells.id, row.reason) for row in (*test, *own) if row.scored is None),
    )


def _rows(path: Path, catalog: Catalog, calibration: Calibration) -> list[_Row]:
    cells = read_cells(path)
    answers = answer_rows(cells, catalog, calibration)
    return [_row(each, answer) for each, answer in zip(cells, answers, strict=True)]


def _row(cells: Cells, answer: Answer) -> _Row:
    try:
        measured = measure(cells)
    except RefusalError as error:
        return _Row(cells, Measure(), answer, None, error.reason)
    return _Row(cells, measured, answer, _scored(measured, answer))


def _scored(measured: Measure, answer: Answer) -> Scored | None:
    if answer.pair is None or answer.step_s is None:
        return None
    asked, _ = answer.pair
    step = measured_step(measured, asked)
    if step is None or not step.direct:
        return None
    return Scored(
        source=asked.source,
        family=asked.cluster.hardware.family,
        precision=str(asked.job.precision),
        predicted_s=answer.step_s.p50,
        p05_s=answer.step_s.p05,
        p95_s=answer.step_s.p95,
        measured_s=step.step_s,
    )


def _is_full(row: _Row) -> bool:
    timed = row.measured.measured_step_s is not None
    rated = row.measured.tokens_per_s_per_chip is not None or row.measured.samples_per_s is not None
    return row.cells.cells.get("completeness") == "full" and (timed or rated)


def _scored_of(rows: Sequence[_Row], test: Callable[[Scored], bool]) -> list[Scored]:
    found = [row.scored for row in rows if row.scored is not None]
    return [each for each in found if test(each)]


ASCEND = "ascend-910"


def _is_ascend(row: Scored) -> bool:
    return row.family == ASCEND


def _is_other(row: Scored) -> bool:
    return row.family != ASCEND


def _groups(
    rows: Sequence[_Row], test: Sequence[_Row], own: Sequence[_Row]
) -> list[tuple[str, list[Scored]]]:
    fitted = [row for row in rows if row.measured.split == "calibrate"]
    groups = [
        ("test NVIDIA", _scored_of(test, _is_other)),
        ("test Ascend 910B class", _scored_of(test, _is_ascend)),
        ("calibrate NVIDIA (in sample)", _scored_of(fitted, _is_other)),
        ("calibrate Ascend (in sample)", _scored_of(fitted, _is_ascend)),
        ("your rows", _scored_of(own, lambda _: True)),
    ]
    sources = sorted({row.scored.source for row in test if row.scored is not None})
    return groups + [
        (f"test {source}", _scored_of(test, lambda each, source=source: each.source == source))  # type: ignore[misc]
        for source in sources
    ]


def _targets(
    scores: Sequence[Score], rows: Sequence[_Row], test: Sequence[_Row]
) -> tuple[Target, ...]:
    by_name = {each.name: each for each in scores}
    targets: list[Target] = []
    for name, median, p90, width in (
        ("test NVIDIA", 0.06, 0.18, 1.6),
        ("test Ascend 910B class", 0.10, 0.25, 2.0),
    ):
        if (found := by_name.get(name)) is not None:
            targets += [
                Target(name=f"{name}: median error", limit=median, reached=found.median),
                Target(name=f"{name}: 90th percentile", limit=p90, reached=found.p90),
                Target(name=f"{name}: median p95/p05", limit=width, reached=found.width),
                Target(name=f"{name}: inside", limit=0.85, reached=found.held, at_most=False),
                Target(name=f"{name}: inside, not by width", limit=0.95, reached=found.held),
            ]
    answered = np.mean([row.answer.status == "predicted" for row in test])
    targets.append(Target(name="coverage", limit=0.97, reached=float(answered), at_most=False))
    return (*targets, *_fit_targets(), *_korthikanti(rows))


def _fit_targets() -> tuple[Target, ...]:
    summary = fit_summary()
    sizes = summary.sizes_left_out
    mean = sum(each.mean * each.rows for each in sizes) / sum(each.rows for each in sizes)
    return (
        Target(name="sources left out: median error", limit=0.07, reached=summary.left_out_median),
        Target(name="vTrain's 109, size left out: mean", limit=0.07, reached=mean),
        *(
            Target(
                name=f"vTrain hidden {each.hidden}: rank correlation",
                limit=0.8,
                reached=each.spearman,
                at_most=False,
            )
            for each in sizes
        ),
    )


def _memory(catalog: Catalog, calibration: Calibration) -> tuple[Target, ...]:
    """Return the error of peak memory on named chips; nothing was fitted to it."""
    runs = [each for each in observations(packaged_runs(), catalog) if each.peak_mem_gib]
    pairs = chosen([each.asked for each in runs], calibration.best)
    predicted = evaluate_stack(stacked(pairs), calibration.best).memory.total / GIB
    errors = np.abs(predicted / np.array([each.peak_mem_gib for each in runs]) - 1.0)
    return (Target(name="peak memory: median error", limit=0.08, reached=float(np.median(errors))),)


def _korthikanti(rows: Sequence[_Row]) -> tuple[Target, ...]:
    """Return the peers' table: eight A100 step times, in sample."""
    found = [row.scored for row in rows if row.cells.cells.get("source_id") == "korthikanti-2022"]
    errors = [abs(each.error) for each in found if each is not None]
    if not errors:
        return ()
    return (
        Target(name="Korthikanti's eight: mean", limit=0.0365, reached=float(np.mean(errors))),
        Target(name="Korthikanti's eight: worst", limit=0.0887, reached=max(errors)),
    )
