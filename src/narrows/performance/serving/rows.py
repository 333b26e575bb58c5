"""A row of a measurement table, predicted: the contract of ``narrows predict serving``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from narrows.catalog import Catalog
from narrows.core import NarrowsError
from narrows.performance.serving.answer import Answer, answer, best, doubts_of
from narrows.performance.serving.arrays import Array
from narrows.performance.serving.cases import Case, read_case
from narrows.performance.serving.kinds import RateKind, rate_kind
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.plan import Plan, plan_case
from narrows.performance.serving.predict import P95
from narrows.performance.serving.table import read_table

COLUMNS = (
    "id",
    "output_tok_s_total",
    "tok_s_per_chip",
    "ttft_ms",
    "tpot_ms",
    "p05_tpot_ms",
    "p95_tpot_ms",
    "p05_tok_s_per_chip",
    "p95_tok_s_per_chip",
    "status",
    "reason",
)
"""The columns of the answer, in order."""

PREDICTED = "predicted"
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPrediction:
    """The answer to one row; figures are ``None`` where a run has no such figure.

    Rates per chip count chips as the row's ``n_chips`` does, and tokens as its ``per_chip_kind``.
    """

    id: str
    status: str
    reason: str
    output_tok_s_total: float | None = None
    tok_s_per_chip: float | None = None
    ttft_ms: float | None = None
    tpot_ms: float | None = None
    p05_tpot_ms: float | None = None
    p95_tpot_ms: float | None = None
    p05_tok_s_per_chip: float | None = None
    p95_tok_s_per_chip: float | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the row as text, in the order of :data:`COLUMNS`."""
        return tuple(_cell(getattr(self, name)) for name in COLUMNS)


def predict_table(
    path: Path, catalog: Catalog, *, report: Callable[[str], None] | None = None
) -> tuple[RowPrediction, ...]:
    """Return the answers to all rows of a CSV file, in its order; ``report`` hears how far it is.

    Raises
    ------
    InputError
        The file is no table of serving runs.
    """
    known, rows = load_knowledge(), read_table(path)
    answers = []
    for count, row in enumerate(rows, start=1):
        answers.append(predict_row(catalog, row, known))
        if report is not None:
            report(f"{count:,} of {len(rows):,} rows")
    return tuple(answers)


def predict_row(catalog: Catalog, row: Mapping[str, str], known: Knowledge) -> RowPrediction:
    """Return the prediction of a row, or its refusal with the reason; never raises for a row."""
    try:
        case = read_case(catalog, row)
        return predict_case(case, plan_case(case), known, row.get("per_chip_kind") or "")
    except NarrowsError as error:
        return RowPrediction(id=row.get("id") or "", status=REFUSED, reason=str(error))


def predict_case(case: Case, plan: Plan, known: Knowledge, kind: str = "") -> RowPrediction:
    """Return the prediction of a case on the best of the layouts that its source leaves open."""
    central = known.central(case.member)
    chosen = plan.only(best(case, plan, central))
    middle = answer(case, chosen, central)
    drawn = answer(case, chosen, known.spread(case.member))
    residual = known.residual(case.member, doubts_of(case, plan))
    tpot = _value(middle.tpot_s, 1e3)
    rate = per_chip(case, middle, kind)
    rate_width = _width(_drawn_rate(case, drawn, kind), residual)
    tpot_width = rate_width if drawn.tpot_s is None else _width(drawn.tpot_s, residual)
    return RowPrediction(
        id=case.id,
        status=PREDICTED,
        reason=_reason(case, plan),
        output_tok_s_total=_value(middle.output_rate, 1.0),
        tok_s_per_chip=rate,
        ttft_ms=_value(middle.ttft_s, 1e3),
        tpot_ms=tpot,
        p05_tpot_ms=None if tpot is None else tpot / tpot_width,
        p95_tpot_ms=None if tpot is None else tpot * tpot_width,
        p05_tok_s_per_chip=rate / rate_width,
        p95_tok_s_per_chip=rate * rate_width,
    )


def per_chip(case: Case, found: Answer, kind: str) -> float:
    """Return tokens a second for each chip as the row counts chips and tokens."""
    return float(np.ravel(_drawn_rate(case, found, kind))[0])


def _drawn_rate(case: Case, found: Answer, kind: str) -> Array:
    counted = rate_kind(kind)
    reads = counted is RateKind.INPUT
    if found.output_rate is None or (reads and found.input_rate is not None):
        return found.merit / case.counts
    output = found.output_rate / case.counts
    if reads:
        return output * case.input_tokens / max(case.output_tokens, 1.0)
    if counted is RateKind.BOTH:
        return output * (1 + case.input_tokens / max(case.output_tokens, 1.0))
    return output


def _width(draws: Array, residual: float) -> float:
    """Return p95 / p50 of a log-normal: spread of the draws and the model's error together."""
    return float(np.exp(P95 * np.hypot(float(np.std(np.log(draws))), residual)))


def _reason(case: Case, plan: Plan) -> str:
    """Return what was guessed, so that a reader knows why the interval is wide."""
    notes = [*(f"{name} guessed" for name in case.guessed), *case.read]
    if case.model_match == "size":
        notes.append("model shape from its size")
    if case.drafts > 0 and not case.shape.predictor.own:
        notes.append("draft head assumed")
    if plan.searched:
        notes.append("layout searched")
    return "; ".join(notes)


def _value(values: Array | None, scale: float) -> float | None:
    return None if values is None else float(np.ravel(values)[0]) * scale


def _cell(value: float | str | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.6g}"
