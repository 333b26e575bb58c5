"""Published measurements of training, serving and kernels, as typed rows.

Columns keep the words of the sources: a layout such as ``4/8`` is prefill/decode, chips are
counted as the source counts them. Blank is ``None``. No prose is kept.
"""

from __future__ import annotations

import csv
import dataclasses
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from narrows.catalog.files import data_root
from narrows.catalog.records import DateText, Text
from narrows.core import STRICT, Grade, InputError, read_document

ROWS_MAX = 100_000
"""Ten times what has ever been published of one kind; more is a wrong file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """One published training measurement with its layout."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    source_id: str
    source_title: str
    source_url: str
    source_loc: str
    date: DateText
    chip: str
    chips_per_node: int
    n_chips: int
    interconnect: str | None = None
    model: str
    params_b: float | None = None
    layers: int | None = None
    hidden: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    ffn: int | None = None
    moe_ffn: int | None = None
    vocab: int | None = None
    experts: int | None = None
    topk: int | None = None
    shared_experts: int | None = None
    seq_len: int | None = None
    global_batch_seqs: int | None = None
    micro_batch: int | None = None
    tp: int | None = None
    pp: int | None = None
    vpp_stages: int | None = None
    layers_per_vpp: int | None = None
    cp: int | None = None
    ep: int | None = None
    etp: int | None = None
    dp: int | None = None
    sequence_parallel: str | None = None
    dp_sharding: str | None = None
    recompute: str | None = None
    precision: str | None = None
    framework: str
    measured_step_s: float | None = None
    tokens_per_s_per_chip: float | None = None
    samples_per_s: float | None = None
    tflops_per_chip: float | None = None
    tflops_kind: str | None = None
    mfu_pct: float | None = None
    hfu_pct: float | None = None
    total_time_min: float | None = None
    peak_mem_gib: float | None = None
    measured_how: str
    config_source: str | None = None
    flops_convention: str
    total_gpu_hours: float | None = None
    tokens_trained: float | None = None
    provenance: str
    completeness: str
    split: str

    @property
    def grade(self) -> Grade:
        """How far the measurement reaches."""
        return _grades()[self.provenance]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingRun:
    """One published serving measurement with its layout and traffic."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    source_title: str
    source_url: str
    source_section: Text | None = None
    date: DateText
    chip: str
    chips_per_instance: int | None = None
    n_chips: int | None = None
    engine: str
    engine_version: Text | None = None
    model: str
    weight_precision: str | None = None
    kv_dtype: str | None = None
    input_len: int | None = None
    output_len: int | None = None
    concurrency: Text | None = None
    request_rate: float | None = None
    tp: Text | None = None
    pp: Text | None = None
    ep: Text | None = None
    dp: Text | None = None
    disagg: str
    max_num_seqs_per_dp: Text | None = None
    spec_tokens: int | None = None
    spec_accepted: float | None = None
    prefix_hit_share: float | None = None
    prefill_workers: int | None = None
    decode_workers: int | None = None
    moe_tp: int | None = None
    scenario: str
    output_tok_s_total: float | None = None
    total_tok_s: float | None = None
    tok_s_per_chip: float | None = None
    per_chip_origin: str | None = None
    per_chip_kind: str | None = None
    ttft_ms: float | None = None
    ttft_stat: str | None = None
    tpot_ms: float | None = None
    tpot_stat: str | None = None
    evidence: str
    completeness: str
    split: str

    @property
    def grade(self) -> Grade:
        """How far the measurement reaches."""
        return _grades()[self.evidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelEfficiency:
    """One published kernel or collective figure, with the peak it is held against."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    category: str
    operation: str
    hardware: str
    n_devices: int
    dtype: str | None = None
    shape_or_message: str | None = None
    value: float | None = None
    unit: str | None = None
    peak: float | None = None
    peak_unit: str | None = None
    fraction_of_peak: float | None = None
    fraction_origin: str | None = None
    source_title: str
    source_url: str
    source_section: str
    date: DateText
    evidence: str

    @property
    def grade(self) -> Grade:
        """How far the measurement reaches."""
        return _grades()[self.evidence]


Row = TypeVar("Row", TrainingRun, ServingRun, KernelEfficiency)


def load_training_runs(path: Path | None = None) -> tuple[TrainingRun, ...]:
    """Return the published training runs, or those of a file with the same columns.

    Raises
    ------
    InputError
        The file is no such table; names file, line, field and value.
    """
    return _read(path or _folder() / "training_runs.csv", TrainingRun)


def load_serving_runs(path: Path | None = None) -> tuple[ServingRun, ...]:
    """Return the published serving runs; as :func:`load_training_runs`."""
    return _read(path or _folder() / "serving_runs.csv", ServingRun)


def load_kernel_efficiency(path: Path | None = None) -> tuple[KernelEfficiency, ...]:
    """Return the published kernel figures; as :func:`load_training_runs`."""
    return _read(path or _folder() / "kernel_efficiency.csv", KernelEfficiency)


def _folder() -> Path:
    return data_root() / "measurements"


@cache
def _grades() -> dict[str, Grade]:
    document = read_document(_folder() / "grades.yaml")
    return TypeAdapter(dict[str, Grade]).validate_python(document.tree)


def _read(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    adapter: TypeAdapter[Row] = TypeAdapter(kind)
    rows: list[Row] = []
    for line, cells in _cells(path, kind):
        try:
            rows.append(adapter.validate_python(cells))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            name = str(fault["loc"][0]) if fault["loc"] else None
            raise InputError(
                fault["msg"], "correct the cell", path, line, name, cells.get(str(name))
            ) from error
    return tuple(rows)


def _cells(path: Path, kind: type[Row]) -> list[tuple[int, dict[str, str]]]:
    """Return the line number and the cells that are not blank of every row."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(path, tuple(reader.fieldnames or ()), kind)
            rows = [(reader.line_num, {k: v for k, v in row.items() if v}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("not readable as CSV in UTF-8", "check the file", file=path) from error
    if len(rows) > ROWS_MAX:
        raise InputError(f"more than {ROWS_MAX:,} rows", "split the file", file=path)
    return rows


def _check_header(path: Path, header: tuple[str, ...], kind: type[Row]) -> None:
    expected = tuple(field.name for field in dataclasses.fields(kind))
    if header == expected:
        return
    wrong = sorted(set(header) ^ set(expected)) or ["order of columns"]
    raise InputError(
        "columns are not those of the table", "compare the header", path, 1, None, ", ".join(wrong)
    )
