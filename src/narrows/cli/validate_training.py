"""``narrows validate training``: predictions beside published measurements."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from narrows.catalog import load_catalog
from narrows.cli.output import print_json
from narrows.performance.calibration import packaged
from narrows.performance.training.validate import ValidationReport, validate

NOT_MET = 1


def validate_training(*, add: Path | None = None, as_json: bool = False) -> int:
    """Compare predictions with published training measurements; exit 1 where a promise fails.

    Parameters
    ----------
    add
        CSV of your own runs, with a measured step time or tokens/s; they are scored apart.
    as_json
        Print figures as JSON instead of tables.
    """
    report = validate(load_catalog(), packaged(), added=add)
    if as_json:
        print_json(_plain(report))
    else:
        _show(report, Console(highlight=False))
    return 0 if all(target.met for target in report.targets) else NOT_MET


def _plain(report: ValidationReport) -> dict[str, object]:
    targets = [{**asdict(target), "met": target.met} for target in report.targets]
    return {
        "scores": [asdict(each) for each in report.scores],
        "targets": targets,
        "leave_one_source_out": [asdict(each) for each in report.left_out],
        "sizes_left_out": [asdict(each) for each in report.sizes_left_out],
        "pipeline_law": [asdict(each) for each in report.scatter],
        "refused": [{"id": row, "reason": reason} for row, reason in report.refused],
    }


def _show(report: ValidationReport, console: Console) -> None:
    console.print(_scores(report))
    console.print(_left_out(report))
    console.print(_sizes(report))
    console.print(_law(report))
    console.print(_targets(report))
    for row, reason in report.refused:
        console.print(f"refused {row}: {reason}", soft_wrap=True)


def _scores(report: ValidationReport) -> Table:
    table = Table(title="Step time against published runs (sources weighted equally)")
    for column in ("group", "rows", "median", "p90", "bias", "inside", "p95/p05"):
        table.add_column(column, justify="left" if column == "group" else "right")
    for each in report.scores:
        table.add_row(
            each.name,
            f"{each.rows}",
            f"{each.median:.1%}",
            f"{each.p90:.1%}",
            f"{each.bias:+.1%}",
            f"{each.held:.0%}",
            f"{each.width:.2f}",
        )
    return table


def _left_out(report: ValidationReport) -> Table:
    table = Table(title="Each calibration source predicted without it")
    for column in ("source", "family", "rows", "median", "p90", "bias", ""):
        table.add_column(column, justify="left" if column in ("source", "family") else "right")
    for each in report.left_out:
        note = "extrapolation" if each.extrapolated else ""
        table.add_row(
            each.source,
            each.family,
            f"{each.rows}",
            f"{each.median:.1%}",
            f"{each.p90:.1%}",
            f"{each.bias:+.1%}",
            note,
        )
    return table


def _sizes(report: ValidationReport) -> Table:
    table = Table(
        title="vTrain's layouts by a fit without their size",
        caption="wide: 8 or more tensor ranks. ordered: pairs measured 10 % apart or more.",
    )
    for column in ("hidden", "rows", "mean", "rank", "ordered", "wide", "mean", "rank", "ordered"):
        table.add_column(column, justify="right")
    for each in report.sizes_left_out:
        table.add_row(
            f"{each.hidden}",
            f"{each.rows}",
            f"{each.mean:.1%}",
            f"{each.spearman:.2f}",
            f"{each.apart_ordered:.0%}",
            f"{each.wide_rows}",
            f"{each.wide_mean:.1%}",
            f"{each.wide_spearman:.2f}",
            f"{each.wide_apart_ordered:.0%}",
        )
    return table


def _law(report: ValidationReport) -> Table:
    table = Table(
        title="The same runs against any pipeline (no model)",
        caption="Each layout gets its own two constants in (m + p - 1)(f0 + f1 b), both not"
        " negative; what they leave no layout model explains.",
    )
    for column in ("hidden", "tensor ranks", "layouts", "runs", "left (rms)", "worst"):
        table.add_column(column, justify="right")
    for each in report.scatter:
        table.add_row(
            f"{each.hidden}",
            "8 or more" if each.wide else "fewer",
            f"{each.layouts}",
            f"{each.runs}",
            f"{each.rms:.1%}",
            f"{each.worst:.1%}",
        )
    return table


def _targets(report: ValidationReport) -> Table:
    table = Table(title="Promises")
    for column in ("promise", "limit", "reached", ""):
        table.add_column(column, justify="left" if column == "promise" else "right")
    for each in report.targets:
        sign = "at most" if each.at_most else "at least"
        ratio = each.limit > 1.0
        limit = f"{each.limit:.2f}" if ratio else f"{each.limit:.1%}"
        reached = f"{each.reached:.2f}" if ratio else f"{each.reached:.1%}"
        table.add_row(each.name, f"{sign} {limit}", reached, "met" if each.met else "NOT MET")
    return table
