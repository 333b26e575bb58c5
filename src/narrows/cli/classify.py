"""``narrows classify``: paragraphs, review for China and tariff band of a table of products."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from narrows.cli.options import Output
from narrows.core import COMPILED_ON

if TYPE_CHECKING:
    from narrows.rules import Product, RefusedProduct


def classify(
    table: Path,
    *,
    output: Output,
    in_force_on: date,
    as_known_on: date = COMPILED_ON,
) -> int:
    """Classify every row of a table of products.

    Every row is answered; one whose figures do not decide is marked indeterminate and names the
    columns that would. A row that cannot be read, or contradicts itself, is refused: it is
    indeterminate, names the column at fault, and standard error says what to mend.

    A row is judged as a direct export from the United States to an end user in China, with the
    papers of the January 2026 window taken as shown; origin CN, or a vendor of the register of
    Chinese designers where origin is blank, means that no such export arises. Where both are blank
    the designer is unknown, and an answer that depends on it is indeterminate.

    Parameters
    ----------
    table
        A CSV file. Columns: chip_id, product, vendor, announced, dc_marketed (Y, N, or A to be
        answered for both), io_bidirectional_GBps, dram_bw_GBps, applicable_die_mm2, best_dtype,
        dense_tops, bits; optional tpp_published, origin, nonplanar_die (Y or N). Blank is unknown;
        a number may be an interval, written low..high.
    output
        Where the answers go, as CSV.
    in_force_on
        The day whose law applies.
    as_known_on
        Use only what was public on this day.
    """
    from narrows.rules import (
        Classifier,
        RefusedProduct,
        load_pack,
        read_products,
        write_classifications,
    )

    classifier = Classifier(load_pack(), on=in_force_on, known_on=as_known_on)
    rows = (
        row if isinstance(row, RefusedProduct) else classifier.classify(row)
        for row in _counted(read_products(table))
    )
    written = write_classifications(output, rows, on_refused=_say)
    sys.stdout.write(f"{written.rows} rows, {written.refused} refused: {output}\n")
    return 0


def _say(row: RefusedProduct) -> None:
    sys.stderr.write(f"refused: {row.fault}\n")


PROGRESS_EVERY = 20_000
"""About two seconds of rows."""


def _counted(rows: Iterable[Product | RefusedProduct]) -> Iterator[Product | RefusedProduct]:
    shown = sys.stderr.isatty()
    for count, row in enumerate(rows, start=1):
        if shown and count % PROGRESS_EVERY == 0:
            sys.stderr.write(f"\r{count:,} rows")
        yield row
