"""``narrows validate serving``: predictions beside published measurements and a plain roofline."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from narrows.catalog import load_catalog
from narrows.cli.output import print_json
from narrows.performance.serving import Score, ServingReport, validate_packaged

NOT_MET = 1


def validate_serving(*, add: Path | None = None, as_json: bool = False) -> int:
    """Compare predictions with published serving measurements; exit 1 where a promise fails.

    Errors are medians and 90th percentiles of |predicted / measured - 1|, every (chip, model)
    cell weighted alike, on full rows that carry a time per token or an output rate.

    Parameters
    ----------
    add
        CSV of your own runs with measured columns; they are scored apart.
    as_json
        Print figures as JSON instead of tables.
    """
    report = validate_packaged(load_catalog(), added=add)
    if as_json:
        print_json(_plain(report))
    else:
        _show(report, Console(highlight=False))
    return 0 if all(check.met for check in report.checks) else NOT_MET


def _plain(report: ServingReport) -> dict[str, object]:
    return {
        "splits": [
            {
                "split": part.split,
                "model": [_score(each) for each in part.model],
                "roofline": [_score(each) for each in part.roofline],
                "prefill": [_score(each) for each in part.prefill],
                "first_token": [_score(each) for each in part.first_token],
                "refused": [{"id": r.row.get("id"), "reason": r.reason} for r in part.refused],
            }
            for part in report.parts
        ],
        "targets": [{**asdict(check), "met": check.met} for check in report.checks],
    }


def _score(each: Score) -> dict[str, object]:
    return {**asdict(each), "coverage": each.coverage}


def _show(report: ServingReport, console: Console) -> None:
    for part in report.parts:
        tables = (
            (f"{part.split}: time per token or output rate", part.model),
            (f"{part.split}: the same by a constant-efficiency roofline", part.roofline),
            (f"{part.split}: prompt tokens a second", part.prefill),
            (f"{part.split}: time to first token", part.first_token),
        )
        for title, scores in tables:
            if scores:
                console.print(_table(title, scores))
        for row in part.refused:
            console.print(f"refused {row.row.get('id')}: {row.reason}", soft_wrap=True)
    console.print(_checks(report))


def _table(title: str, scores: tuple[Score, ...]) -> Table:
    table = Table(title=title)
    for column in ("group", "rows", "cells", "median", "p90", "bias", "inside", "p95/p05"):
        table.add_column(column, justify="left" if column == "group" else "right")
    for each in scores:
        plain = each.width <= 1
        table.add_row(
            each.group,
            f"{each.predicted}/{each.tried}",
            f"{each.cells}",
            f"{each.median:.1%}",
            f"{each.p90:.1%}",
            f"{each.bias:+.1%}",
            "" if plain else f"{each.held:.0%}",
            "" if plain else f"{each.width:.2f}",
        )
    return table


def _checks(report: ServingReport) -> Table:
    table = Table(title="Promises on rows that the calibration never saw")
    for column in ("group", "quantity", "found", "bound", ""):
        table.add_column(column)
    for check in report.checks:
        table.add_row(
            check.group,
            check.quantity,
            f"{check.found:.3g}",
            check.bound,
            "met" if check.met else "NOT met",
        )
    return table
