"""Measured runs, read into cases with what was measured."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from narrows.catalog import Catalog, ServingRun, data_root
from narrows.core import NarrowsError
from narrows.performance.serving.cases import Case, read_case
from narrows.performance.serving.cells import number
from narrows.performance.serving.effects import Member
from narrows.performance.serving.facts import FOLDER
from narrows.performance.serving.kinds import RateKind, rate_kind
from narrows.performance.serving.plan import Plan, plan_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A measured row: its case, the layouts it may have had, and its figures.

    ``output_rate`` and ``input_rate`` are of the whole run; times in seconds. ``batch_s`` is from
    the start of a fixed batch to its last token.
    """

    case: Case
    plan: Plan
    source: str
    cell: tuple[str, str]
    split: str
    full: bool
    tpot_s: float | None
    ttft_s: float | None
    output_rate: float | None
    input_rate: float | None
    batch_s: float | None = None

    @property
    def member(self) -> Member:
        """The groups that its machine belongs to."""
        return self.case.member


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that cannot be predicted, and why."""

    row: Mapping[str, str]
    reason: str


def read_runs(
    catalog: Catalog, rows: Iterable[Mapping[str, str]]
) -> tuple[tuple[Run, ...], tuple[Unread, ...]]:
    """Return the runs of a table and the rows that cannot be predicted."""
    runs, unread = [], []
    for row in rows:
        try:
            case = read_case(catalog, row)
            runs.append(_run(row, case, plan_case(case)))
        except NarrowsError as error:
            unread.append(Unread(row, str(error)))
    return tuple(runs), tuple(unread)


def as_row(run: ServingRun) -> dict[str, str]:
    """Return a catalogue record as the text row that it was read from."""
    values = {field.name: getattr(run, field.name) for field in fields(run)}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def with_batch_latency(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return rows with the end-to-end latency of fixed batches, which the table has no column for.

    The file gives seconds by the id of a row, as its source (ROCm/vllm) prints them.
    """
    path = data_root() / FOLDER / "serving_batch_latency.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        told = {line["id"]: line["batch_latency_s"] for line in csv.DictReader(stream)}
    return [{**row, "batch_latency_s": told.get(row["id"], "")} for row in rows]


def source_of(row_id: str) -> str:
    """Return the source of a row: the part of its id before the running number."""
    return row_id.rsplit("-", 1)[0]


def _run(row: Mapping[str, str], case: Case, plan: Plan) -> Run:
    kind = rate_kind(row.get("per_chip_kind", ""))
    per_chip = number(row, "tok_s_per_chip")
    total = number(row, "output_tok_s_total")
    if total is None and per_chip is not None and kind is RateKind.OUTPUT:
        total = per_chip * case.counts
    return Run(
        case=case,
        plan=plan,
        source=source_of(case.id),
        cell=(row["chip"], row["model"]),
        split=row.get("split", ""),
        full=row.get("completeness") == "full",
        tpot_s=_milli(row, "tpot_ms"),
        ttft_s=_milli(row, "ttft_ms"),
        output_rate=total,
        batch_s=number(row, "batch_latency_s"),
        input_rate=None
        if kind is not RateKind.INPUT or per_chip is None
        else per_chip * case.counts,
    )


def _milli(row: Mapping[str, str], name: str) -> float | None:
    value = number(row, name)
    return None if value is None else value / 1e3
