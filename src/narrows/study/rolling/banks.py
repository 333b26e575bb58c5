"""What is left in the banks at the end of the last quarter booked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from narrows.core import InputError
from narrows.study.rolling.bookings import Booking, Event
from narrows.study.schema import Study


def budget_left(study: Study, rows: Sequence[Booking], quarter: str, file: Path) -> float | None:
    """Return the money left; ``None`` where the budget forfeits what is not spent.

    It is not computed: duties, fees and part payments stand in the buyer's books, not here.

    Raises
    ------
    InputError
        No row states it.
    """
    if not study.budget.carry_over:
        return None
    row = _balance(rows, "budget", quarter, file)
    if row is None:
        mend = f"add the row {quarter},balance,budget,,,MONEY,"
        problem = f"the balance of the budget at the end of {quarter} is not booked"
        raise InputError(problem, mend, file=file, fieldname="what", value="budget")
    return row.money_cny


def cap_left(study: Study, rows: Sequence[Booking], quarter: str, file: Path) -> float | None:
    """Return the chips left under the cap; ``None`` where no option draws on it.

    Raises
    ------
    InputError
        No row states it. What was released is the seller's to know; the study only expects it.
    """
    if not any(option.id in study.cap.options for option in study.options):
        return None
    row = _balance(rows, "cap", quarter, file)
    if row is None:
        mend = f"add the row {quarter},balance,cap,,CHIPS,, (0 where nothing is left)"
        problem = f"the balance of the cap at the end of {quarter} is not booked"
        raise InputError(problem, mend, file=file, fieldname="what", value="cap")
    return row.chips


def _balance(rows: Sequence[Booking], bank: str, quarter: str, file: Path) -> Booking | None:
    found = [
        row
        for row in rows
        if row.event is Event.BALANCE and row.what == bank and row.quarter == quarter
    ]
    if len(found) > 1:
        raise InputError(f"the balance of the {bank} is booked twice", "keep one row", file=file,
                         line=found[1].line, fieldname="what", value=bank)  # fmt: skip
    return found[0] if found else None
