"""Classifications out, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from narrows.core import InputError, harmless_cell, whole_file
from narrows.rules.classify import INDETERMINATE, Classification
from narrows.rules.product_row import RefusedProduct
from narrows.rules.quantity import Between

WRITTEN = (
    "chip_id",
    "tpp",
    "performance_density",
    "paragraph_2022",
    "paragraph",
    "cn_review",
    "tariff_band",
    "answer",
    "missing",
)
COLUMN_OF_FACT = {
    "dense_tops": "dense_tops",
    "bits": "bits",
    "tpp": "dense_tops",
    "dram_bandwidth_gb_s": "dram_bw_GBps",
    "io_bidirectional_gb_s": "io_bidirectional_GBps",
    "scaleup_bidirectional_gb_s": "io_bidirectional_GBps",
    "host_bidirectional_gb_s": "io_bidirectional_GBps",
    "pcie_generation": "io_bidirectional_GBps",
    "applicable_die_mm2": "applicable_die_mm2",
    "nonplanar_die": "nonplanar_die",
    "datacentre_marketed": "dc_marketed",
    "prc_designed": "vendor",
}
"""Where a missing fact is written in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many rows a table of classifications has, and how many of them are refused."""

    rows: int
    refused: int


def write_classifications(
    path: Path,
    found: Iterable[Classification | RefusedProduct],
    *,
    on_refused: Callable[[RefusedProduct], None],
) -> Written:
    """Write one row for each product and return their number.

    A refused one is indeterminate throughout, with the column at fault under ``missing``, and is
    handed to ``on_refused``, since the table has no place for a reason. The file appears whole or
    not at all.
    """
    rows = refused = 0
    try:
        with whole_file(path) as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(WRITTEN)
            for one in found:
                rows += 1
                if isinstance(one, RefusedProduct):
                    refused += 1
                    on_refused(one)
                    writer.writerow(_refused(one))
                else:
                    writer.writerow(_cells(one))
    except OSError as error:
        problem = f"file cannot be written ({error.strerror})"
        raise InputError(problem, "check the path", file=path) from error
    return Written(rows=rows, refused=refused)


def _cells(one: Classification) -> tuple[str, ...]:
    columns = dict.fromkeys(COLUMN_OF_FACT.get(fact, fact) for fact in one.missing)
    return (
        harmless_cell(one.chip_id),
        _spelled(one.tpp),
        _spelled(one.performance_density),
        one.paragraph_2022,
        one.paragraph,
        one.cn_review,
        one.tariff_band,
        "determined" if one.determined else INDETERMINATE,
        ";".join(columns),
    )


def _refused(one: RefusedProduct) -> tuple[str, ...]:
    return (harmless_cell(one.chip_id), "", "", *([INDETERMINATE] * 5), one.fault.fieldname or "")


def _spelled(number: float | Between | None) -> str:
    if number is None:
        return ""
    if isinstance(number, Between):
        return f"{number.low:.10g}..{number.high:.10g}"
    return f"{number:.10g}"
