"""One row of a table of training runs: typed cells, blank is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from narrows.core import InputError, RefusalError, read_csv
from narrows.performance.written import plain, quantity, with_layout

ROWS_MAX = 200_000
"""Two hundred times the packaged table; more is a wrong file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A training run as its source wrote it; every cell may be blank (``None`` or ``""``)."""

    id: str
    source_id: str = ""
    date: str = ""
    chip: str = ""
    chips_per_node: float | None = None
    n_chips: float | None = None
    interconnect: str = ""
    model: str = ""
    params_b: float | None = None
    layers: float | None = None
    hidden: float | None = None
    heads: float | None = None
    kv_heads: float | None = None
    head_dim: float | None = None
    ffn: float | None = None
    moe_ffn: float | None = None
    vocab: float | None = None
    experts: float | None = None
    topk: float | None = None
    shared_experts: float | None = None
    mtp_layers: float | None = None
    """Layers for further tokens that the run trains: 0 where it trains none though the model has
    some. No packaged row has the column."""
    seq_len: float | None = None
    global_batch_seqs: float | None = None
    micro_batch: float | None = None
    tp: float | None = None
    pp: float | None = None
    vpp_stages: float | None = None
    layers_per_vpp: float | None = None
    cp: float | None = None
    ep: float | None = None
    etp: float | None = None
    dp: float | None = None
    sequence_parallel: str = ""
    dp_sharding: str = ""
    recompute: str = ""
    offload: str = ""
    """What lives in the host's memory, as the source names it; no packaged row states any."""
    precision: str = ""
    framework: str = ""
    config_source: str = ""
    tokens_trained: str = ""
    provenance: str = ""
    completeness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a run measured, and the conventions in which its source counts."""

    measured_step_s: float | None = None
    tokens_per_s_per_chip: float | None = None
    samples_per_s: float | None = None
    tflops_per_chip: float | None = None
    tflops_kind: str = ""
    peak_mem_gib: float | None = None
    source_loc: str = ""
    split: str = ""


INPUT_COLUMNS = tuple(item.name for item in fields(RunRow))
MEASURE_COLUMNS = tuple(item.name for item in fields(Measure))
REPORT_COLUMNS = frozenset(
    {
        "source_title",
        "source_url",
        "mfu_pct",
        "hfu_pct",
        "total_time_min",
        "total_gpu_hours",
        "measured_how",
        "flops_convention",
        "notes",
    }
)
"""Columns of a table of measurements that no prediction uses."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The raw cells of one line."""

    file: Path
    line: int
    cells: Mapping[str, str]

    @property
    def id(self) -> str:
        """The row's id as written."""
        return self.cells.get("id", "")


def read_cells(path: Path) -> list[Cells]:
    """Read a table of runs, keeping every line.

    Raises
    ------
    InputError
        The file is no CSV table in UTF-8, lacks ``id``, or has a column nobody knows.
    """
    table = read_csv(path, rows_max=ROWS_MAX)
    _check_columns(path, table.columns)
    return [Cells(path, row.line, row.cells) for row in table.rows]


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    if "id" not in columns:
        raise InputError("there is no column `id`", "add one; every answer needs it", file=path)
    known = {*INPUT_COLUMNS, *MEASURE_COLUMNS, *REPORT_COLUMNS}
    unknown = [each for each in columns if each not in known]
    if unknown:
        raise InputError(
            "unknown column", "remove it or correct its name", file=path, line=1, value=unknown[0]
        )


def run_row(cells: Cells) -> RunRow:
    """Return the typed row; layouts in words stand in their columns.

    Raises
    ------
    RefusalError
        A number is not one, or is not positive, or cells contradict each other.
    """
    try:
        told = replace(cells, cells=with_layout(cells.cells, LAYOUT_COLUMNS))
    except InputError as error:
        raise RefusalError(str(error), (str(error.fieldname),)) from error
    return RunRow(**{name: _cell(told, name, RunRow) for name in INPUT_COLUMNS})  # type: ignore[arg-type]


def measure(cells: Cells) -> Measure:
    """Return what the row measured.

    Raises
    ------
    RefusalError
        A measured number is not one, or is not positive.
    """
    return Measure(**{name: _cell(cells, name, Measure) for name in MEASURE_COLUMNS})  # type: ignore[arg-type]


def _cell(cells: Cells, name: str, kind: type) -> str | float | None:
    text = cells.cells.get(name, "")
    if name == "id":
        return text
    if kind.__annotations__[name] == "str":
        return plain(text)
    if not plain(text) or plain(text).lower() == "none":
        return None
    number = quantity(text, name)
    if number is None:
        raise RefusalError(f"{name} is not a number: {text!r}", (name,))
    if number == 0.0 and name in WHOLE:
        return 0.0 if name in ZERO_IS_STATED else None
    if not 0.0 < number < NUMBER_MAX:
        raise RefusalError(f"{name} must be positive and finite: {text!r}", (name,))
    if name in WHOLE and number != int(number):
        raise RefusalError(f"{name} must be a whole number: {text!r}", (name,))
    return number


WHOLE = frozenset(item.name for item in fields(RunRow) if item.type == "float | None") - {
    "params_b",
    "global_batch_seqs",
    "layers_per_vpp",
}
"""Counts, sizes and degrees, of which tables write 0 for a blank; a batch may be an average."""

ZERO_IS_STATED = frozenset({"mtp_layers"})
"""Counts of which a source may say that there are none."""

LAYOUT_COLUMNS = frozenset({"tp", "pp", "cp", "dp", "ep", "etp", "vpp_stages"})
"""Columns that hold parallel degrees."""
NUMBER_MAX = 1e15
"""Above any count, size or rate of a training run; also refuses infinities and not-a-number."""
