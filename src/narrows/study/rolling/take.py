"""A study, its last result and the bookings become the study of the next quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from narrows.core import InputError
from narrows.study.bridge.calendar import place, quarters_from
from narrows.study.rolling.banks import budget_left, cap_left
from narrows.study.rolling.bookings import Booking, Event
from narrows.study.rolling.last import Last
from narrows.study.rolling.orders import delivered, read_orders, under_way
from narrows.study.rolling.standing import Standing
from narrows.study.schema import Study


def roll_study(
    study: Study, last: Last, rows: Sequence[Booking], *, file: Path, known_on: date
) -> tuple[Study, Standing]:
    """Return the study from its next quarter on, and the state in which that begins.

    The horizon ends when it did. Law and knowledge are those of ``known_on``.

    Raises
    ------
    InputError
        The last result is another study's or planned the last quarter; a booking names what the
        study does not have, lies outside the quarters that have passed, or contradicts another;
        a row that the last result was planned on is missing or changed.
    """
    _check_last(study, last, known_on)
    (_, first_quarter) = quarters_from(last.first_quarter, 2)
    elapsed = place(first_quarter, study.start)
    if not 0 < elapsed < study.quarters:
        raise InputError("no quarter of the study is left to plan", "begin a new study",
                         file=last.path, fieldname="clocks.first_quarter",
                         value=last.first_quarter)  # fmt: skip
    _check_goals(study)
    for row in rows:
        _check_row(study, row, first_quarter, file)
    _check_past(last, rows, file)
    orders = read_orders(rows, file)
    leads = {option.id: dict(option.lead_quarters) for option in study.options}
    standing = Standing(
        elapsed=elapsed,
        first_quarter=first_quarter,
        rows=tuple(rows),
        delivered=delivered(rows),
        under_way=tuple(under_way(orders, leads, first_quarter)),
        ported=_ported(study, rows, first_quarter, file),
        budget_cny=budget_left(study, rows, last.first_quarter, file),
        cap_chips=cap_left(study, rows, last.first_quarter, file),
    )
    rolled = replace(
        study,
        start=first_quarter,
        quarters=study.quarters - elapsed,
        as_known_on=known_on,
        in_force_on=known_on,
    )
    return rolled, standing


def _check_last(study: Study, last: Last, known_on: date) -> None:
    if last.study != study.study:
        mend = f"name a result of {study.study}"
        raise InputError("the last result answers another study", mend, file=last.path,
                         fieldname="study.name", value=last.study)  # fmt: skip
    if known_on < last.known_on:
        mend = f"give --as-known-on {last.known_on} or later"
        raise InputError("the new day is before that of the last result", mend,
                         fieldname="as_known_on", value=str(known_on))  # fmt: skip


def _check_goals(study: Study) -> None:
    for workload in study.workloads:
        if workload.capability is not None:
            mend = "leave --from out, or state what is left of it in a study of its own"
            raise InputError("bookings hold no work done, on which its clock would go on", mend,
                             fieldname=f"workloads.{workload.id}.capability")  # fmt: skip


def _check_row(study: Study, row: Booking, first_quarter: str, file: Path) -> None:
    def fault(column: str, problem: str, mend: str, value: str) -> InputError:
        return InputError(problem, mend, file=file, line=row.line, fieldname=column, value=value)

    def known(column: str, value: str, kind: str, names: Sequence[str]) -> None:
        if value not in names:
            raise fault(column, f"the study has no such {kind}",
                        f"write one of {', '.join(names)}", value)  # fmt: skip

    if place(row.quarter, first_quarter) >= 0:
        raise fault("quarter", f"is not past: {first_quarter} is planned",
                    "book what has happened only", row.quarter)  # fmt: skip
    if place(row.quarter, study.start) < 0:
        raise fault("quarter", f"is before the study begins ({study.start})",
                    "state it as a holding of the study", row.quarter)  # fmt: skip
    if row.event is Event.PORTED:
        known("what", row.what, "stack", [porting.stack for porting in study.porting])
        known("where", row.where, "workload", [workload.id for workload in study.workloads])
    elif row.event is not Event.BALANCE:
        known("what", row.what, "option", [option.id for option in study.options])
        known("where", row.where, "site", [site.id for site in study.sites])


def _check_past(last: Last, rows: Sequence[Booking], file: Path) -> None:
    """Refuse a file from which a row of the last result has gone: the past does not change."""
    gone = Counter(last.booked) - Counter(row.told for row in rows)
    for row in gone:
        shown = ",".join(str(cell) for cell in row)
        mend = "put it back; book a correction as a new row"
        raise InputError(f"a booking that {last.path} was planned on is missing or changed", mend,
                         file=file, value=shown)  # fmt: skip


def _ported(
    study: Study, rows: Sequence[Booking], first_quarter: str, file: Path
) -> dict[tuple[str, str], int]:
    needed = {porting.stack: porting.quarters for porting in study.porting}
    left: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.event is not Event.PORTED:
            continue
        if (row.what, row.where) in left:
            raise InputError(f"the porting of {row.where} to {row.what} is booked twice",
                             "keep the row of the quarter in which it began", file=file,
                             line=row.line, fieldname="where", value=row.where)  # fmt: skip
        left[row.what, row.where] = max(needed[row.what] + place(row.quarter, first_quarter), 0)
    return left
