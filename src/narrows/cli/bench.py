"""``narrows bench``: how fast each part answers on this machine, beside recorded peers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.table import Table

from narrows.cli.executor import HERE, Where
from narrows.cli.options import AsJson
from narrows.cli.output import print_json
from narrows.core import InputError, Json

if TYPE_CHECKING:
    from narrows.executors import Executor

Row = Mapping[str, Json]
Part = Literal["training", "serving", "futures", "planning"]


def bench(
    part: Part | None = None,
    /,
    *,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Measure CPU seconds and rates on one thread; peers' rates are as they were recorded.

    Parameters
    ----------
    part
        training, serving, futures or planning; all where it is left out. Planning takes about
        three minutes; its parts may be measured elsewhere, though side by side they disturb one
        another.
    as_json
        Print {"rows": [...]}.
    """
    elsewhere = where.chosen()
    if elsewhere is not None and part != "planning":
        mend = "write narrows bench planning, or leave --executor out"
        raise InputError("only planning is measured elsewhere", mend, fieldname="--executor")
    chosen = list(PARTS) if part is None else [part]
    rows = [row for name in chosen for row in _measured(name, elsewhere)]
    if as_json:
        print_json({"rows": rows})
    else:
        Console(highlight=False).print(_table(rows))
    return 0


def _training() -> list[Row]:
    from narrows.catalog import load_catalog
    from narrows.performance.training.speed import speed_rows

    return list(speed_rows(load_catalog()))


def _serving() -> list[Row]:
    from narrows.catalog import data_root, load_catalog
    from narrows.performance.serving import bench_serving

    table = data_root() / "measurements" / "serving_runs.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [asdict(row) for row in bench_serving(load_catalog(), rows)]


def _futures() -> list[Row]:
    from narrows.catalog import load_catalog
    from narrows.futures import bench_futures

    return [asdict(row) for row in bench_futures(load_catalog())]


def _measured(name: str, elsewhere: Executor | None) -> Sequence[Row]:
    return PARTS[name]() if elsewhere is None else _planning(elsewhere)


def _planning(executor: Executor | None = None) -> list[Row]:
    from narrows.planning import planning_benchmark

    rows = planning_benchmark(executor=executor)["rows"]
    assert isinstance(rows, list), "a benchmark returns rows"  # noqa: S101
    return [row for row in rows if isinstance(row, dict)]


PARTS: Mapping[str, Callable[[], Sequence[Row]]] = {
    "training": _training,
    "serving": _serving,
    "futures": _futures,
    "planning": _planning,
}


def _table(rows: Sequence[Row]) -> Table:
    columns = [
        name
        for name in (
            "name",
            "cpu_s",
            "rate",
            "unit",
            "gap",
            "exponent",
            "peer",
            "peer_rate",
            "ratio",
            "distinct",
        )
        if any(name in row for row in rows)
    ]
    table = Table(*columns)
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    return table


def _cell(value: Json) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000.0 else f"{value:,.0f}"
    return "" if value is None else str(value)
