"""Measured runs against the model and against the constant-efficiency roofline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrows.catalog import Catalog, load_serving_runs
from narrows.performance.serving.baseline import baseline
from narrows.performance.serving.calibrate import measured
from narrows.performance.serving.kinds import RateKind, rate_kind
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.rows import RowPrediction, predict_case
from narrows.performance.serving.runs import Run, Unread, as_row, read_runs
from narrows.performance.serving.score import Pair, Score, score
from narrows.performance.serving.table import read_table

GROUPS = (
    ("NVIDIA", "nvidia"),
    ("Ascend", "ascend"),
    ("AMD", "amd"),
    ("Google", "google"),
)
"""Makers, and how their chip families begin."""
OTHERS = "other"
ADDED = "added"
FAR = 1e9
"""Stands for no upper bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a maker's held-out rows must reach: fractions, and a ratio for ``width_max``."""

    group: str
    median_max: float
    p90_max: float
    coverage_min: float = 0.9
    held_min: float = 0.85
    held_max: float = 0.95
    width_max: float = 2.5
    closer_min: float = 1.5


TARGETS = (
    Target(group="NVIDIA", median_max=0.12, p90_max=0.35),
    Target(group="Ascend", median_max=0.25, p90_max=0.60),
)
"""Set before the calibration, for rows that it never saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Scores by maker of the model, of the roofline, and of prompt rates and first tokens."""

    split: str
    model: tuple[Score, ...]
    roofline: tuple[Score, ...]
    prefill: tuple[Score, ...]
    first_token: tuple[Score, ...]
    refused: tuple[Unread, ...]


def validate(
    catalog: Catalog, rows: Sequence[Mapping[str, str]], known: Knowledge, split: str
) -> Validation:
    """Return the scores of the full rows of a split that carry a token time or an output rate."""
    wanted = [row for row in rows if row.get("split") == split and _is_full(row)]
    runs, unread = read_runs(catalog, wanted)
    found = [(run, predict_case(run.case, run.plan, known, "")) for run in runs]
    judged = [(run, row) for run, row in found if measured(run) is not None]
    refused = [row for row in unread if _is_judged(row.row)]
    return Validation(
        split=split,
        model=_scores([_pair(run, row) for run, row in judged], refused),
        roofline=_scores([_roofline(run) for run, _ in judged], refused),
        prefill=_scores([p for run, row in found if (p := _prompt_pair(run, row))], ()),
        first_token=_scores([p for run, row in found if (p := _first_pair(run, row))], ()),
        refused=tuple(refused),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise: what was found, the bound as text, and whether it holds."""

    group: str
    quantity: str
    found: float
    bound: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingReport:
    """Scores of every split, and the promises held against the test split."""

    parts: tuple[Validation, ...]
    checks: tuple[Check, ...]


def validate_packaged(catalog: Catalog, *, added: Path | None = None) -> ServingReport:
    """Return the report on the packaged measurements and, apart, on a user's own table.

    Raises
    ------
    InputError
        A file is missing or faulty.
    """
    known = load_knowledge()
    rows = [as_row(run) for run in load_serving_runs()]
    parts = [validate(catalog, rows, known, split) for split in ("calibrate", "test")]
    checks = tuple(check for target in TARGETS for check in _checks(target, parts[1]))
    if added is not None:
        own = [{**row, "split": ADDED, "completeness": "full"} for row in read_table(added)]
        parts.append(validate(catalog, own, known, ADDED))
    return ServingReport(parts=tuple(parts), checks=checks)


def _checks(target: Target, part: Validation) -> tuple[Check, ...]:
    found = next((each for each in part.model if each.group == target.group), None)
    plain = next((each for each in part.roofline if each.group == target.group), None)
    if found is None or plain is None:
        return (Check(group=target.group, quantity="rows", found=0, bound=">= 1", met=False),)

    def check(quantity: str, value: float, low: float, high: float) -> Check:
        sides = [f">= {low:g}"] * (low > 0) + [f"<= {high:g}"] * (high < FAR)
        return Check(
            group=target.group,
            quantity=quantity,
            found=value,
            bound=" and ".join(sides),
            met=low <= value <= high,
        )

    return (
        check("median error", found.median, 0, target.median_max),
        check("90th percentile", found.p90, 0, target.p90_max),
        check("coverage", found.coverage, target.coverage_min, FAR),
        check("inside 90% interval", found.held, target.held_min, target.held_max),
        check("median p95/p05", found.width, 0, target.width_max),
        check("roofline median / ours", plain.median / found.median, target.closer_min, FAR),
    )


def maker(family: str) -> str:
    """Return the maker of a chip family as reports name it."""
    return next((name for name, start in GROUPS if family.startswith(start)), OTHERS)


def _scores(pairs: Sequence[Pair], refused: Sequence[Unread]) -> tuple[Score, ...]:
    names = [name for name, _ in GROUPS] + [OTHERS]
    scores = []
    for name in names:
        own = [pair for pair in pairs if pair.group == name]
        lost = sum(1 for row in refused if _written_maker(row.row) == name)
        if own:
            scores.append(score(name, own, len(own) + lost))
    return tuple(scores)


def _written_maker(row: Mapping[str, str]) -> str:
    text = (row.get("chip") or "").lower()
    return next((name for name, _ in GROUPS if name.lower() in text), OTHERS)


def _pair(run: Run, row: RowPrediction) -> Pair:
    kind = measured(run)
    if kind is not None and kind[0] == "tpot":
        found = (row.tpot_ms, row.p05_tpot_ms, row.p95_tpot_ms)
        return _of(run, kind[1] * 1e3, *(_told(value) for value in found))
    rates = (row.tok_s_per_chip, row.p05_tok_s_per_chip, row.p95_tok_s_per_chip)
    total = kind[1] if kind is not None else 0.0
    return _of(run, total / run.case.counts, *(_told(value) for value in rates))


def _roofline(run: Run) -> Pair:
    tpot, rate = baseline(run.case, run.plan)
    kind = measured(run)
    value, found = (0.0, 0.0) if kind is None else (kind[1], tpot if kind[0] == "tpot" else rate)
    return _of(run, value, found, found, found)


def _prompt_pair(run: Run, row: RowPrediction) -> Pair | None:
    if run.input_rate is None or row.tok_s_per_chip is None:
        return None
    rates = (row.tok_s_per_chip, row.p05_tok_s_per_chip, row.p95_tok_s_per_chip)
    return _of(run, run.input_rate / run.case.counts, *(_told(value) for value in rates))


def _first_pair(run: Run, row: RowPrediction) -> Pair | None:
    if run.ttft_s is None or row.ttft_ms is None:
        return None
    return _of(run, run.ttft_s * 1e3, row.ttft_ms, row.ttft_ms, row.ttft_ms)


def _of(run: Run, value: float, predicted: float, low: float, high: float) -> Pair:
    return Pair(
        id=run.case.id,
        group=maker(run.case.device.family),
        cell=run.cell,
        measured=value,
        predicted=predicted,
        low=low,
        high=high,
    )


def _is_full(row: Mapping[str, str]) -> bool:
    return row.get("completeness") == "full"


def _is_judged(row: Mapping[str, str]) -> bool:
    return (
        bool(row.get("tpot_ms"))
        or bool(row.get("output_tok_s_total"))
        or (
            rate_kind(row.get("per_chip_kind") or "") is RateKind.OUTPUT
            and bool(row.get("tok_s_per_chip"))
        )
    )


def _told(value: float | None) -> float:
    if value is None:
        msg = "a judged run has this figure"
        raise ValueError(msg)
    return value
