"""Answers to many rows at once: predicted with an interval, or refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from narrows.catalog import Catalog
from narrows.core import Estimate, RefusalError
from narrows.performance.arrays import Array
from narrows.performance.calibration.draws import Calibration
from narrows.performance.training.choose import Pair, chosen, evaluate_stack
from narrows.performance.training.evaluate import Evaluation
from narrows.performance.training.host_use import host_log_spread
from narrows.performance.training.predict import (
    interval,
    is_routed,
    memory_parts,
    time_parts,
)
from narrows.performance.training.question import Question, question
from narrows.performance.training.row import Cells, run_row
from narrows.performance.training.search import search
from narrows.performance.training.stack import stacked

BATCH_ROWS = 128
"""Rows evaluated together: draws times rows stay within a few megabytes an array."""

ASSUMED_LOG_SPREAD = {
    "tp": 0.15,
    "micro_batch": 0.04,
    "recompute": 0.05,
    "precision": 0.15,
    "dp": 0.05,
    "vocab": 0.01,
    "adapters": 0.10,
    "packing": 0.05,
    "packages_counted": 0.25,
    "offload": 0.15,
}
"""Log standard deviation that each assumption adds to a step time; unlisted ones add none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one row; the estimates are ``None`` where it is refused."""

    id: str
    step_s: Estimate | None
    tokens_per_s_per_chip: float | None
    peak_mem_gib: float | None
    reason: str
    pair: Pair | None = None
    seconds: Mapping[str, float] | None = None
    """Seconds by part; they add up to the median step."""
    gib: Mapping[str, float] | None = None
    """GiB by part; they add up to the peak memory."""

    @property
    def status(self) -> str:
        """``predicted`` or ``refused``."""
        return "refused" if self.step_s is None else "predicted"


def answer_rows(cells: Sequence[Cells], catalog: Catalog, calibration: Calibration) -> list[Answer]:
    """Answer every row of a table, in its order."""
    asked = [_asked(each, catalog, calibration) for each in cells]
    questions = [each for each in asked if isinstance(each, Question)]
    answers = iter(answer_questions(questions, calibration))
    return [next(answers) if isinstance(each, Question) else each for each in asked]


def _asked(cells: Cells, catalog: Catalog, calibration: Calibration) -> Question | Answer:
    try:
        found = question(run_row(cells), catalog)
        return found if found.strategies else _searched(found, calibration)
    except RefusalError as error:
        missing = f" [{', '.join(error.missing)}]" if error.missing else ""
        return Answer(
            id=cells.id,
            step_s=None,
            tokens_per_s_per_chip=None,
            peak_mem_gib=None,
            reason=f"{error.reason}{missing}",
        )


def _searched(asked: Question, calibration: Calibration) -> Question:
    """Return the question with the best layout of a search in the place of a stated one."""
    found = search(
        asked.shape,
        asked.cluster,
        job=asked.job,
        space=asked.space,
        top=1,
        calibration=calibration,
    )
    return replace(asked, strategies=(found.ranked[0].strategy,))


def answer_questions(questions: Sequence[Question], calibration: Calibration) -> list[Answer]:
    """Answer questions whose layouts are stated or were searched."""
    pairs = chosen(questions, calibration.best)
    answers: list[Answer] = []
    for start in range(0, len(pairs), BATCH_ROWS):
        answers += _answer_batch(pairs[start : start + BATCH_ROWS], calibration)
    return answers


def _answer_batch(pairs: Sequence[Pair], calibration: Calibration) -> list[Answer]:
    rows = stacked(pairs)
    best = evaluate_stack(rows, calibration.best)
    drawn = evaluate_stack(rows, calibration.draws)
    return [_answer(pair, best, i, drawn.step_s[:, i], calibration) for i, pair in enumerate(pairs)]


def _answer(
    pair: Pair, best: Evaluation, row: int, draws_s: Array, calibration: Calibration
) -> Answer:
    asked, strategy = pair
    spread = hypot(log_spread(asked, calibration), host_log_spread(best, row, strategy))
    step_s = interval(float(best.step_s[row]), draws_s, spread, "s", calibration)
    gib = memory_parts(best, row=row)
    return Answer(
        id=asked.id,
        step_s=step_s,
        tokens_per_s_per_chip=asked.tokens / step_s.p50 / asked.cluster.chips,
        peak_mem_gib=sum(gib.values()),
        reason="; ".join(f"{name} assumed" for name in asked.assumed),
        pair=pair,
        seconds=time_parts(best, row=row, scale=float(np.exp(calibration.log_offset))),
        gib=gib,
    )


def log_spread(asked: Question, calibration: Calibration) -> float:
    """Return the log standard deviation beside the draws: residual and open ends."""
    hardware = asked.cluster.hardware
    own = calibration.log_spread(hardware.family, hardware.chip_id, routed=is_routed(asked.shape))
    return hypot(own, open_log_spread(asked))


def open_log_spread(asked: Question) -> float:
    """Return the log standard deviation of what a row leaves open: bins, newer software, layout."""
    assumed = [ASSUMED_LOG_SPREAD.get(name, 0.0) for name in asked.assumed]
    return hypot(asked.class_log_spread, asked.software.log_spread, *assumed)
