"""The file of bookings: one row for each thing that happened, in any order.

Columns: ``quarter, event, what, where, chips, money_cny, ordered_in``. ``what`` is an option
(``ordered``, ``delivered``, ``turned_away``, ``cancelled``), a software stack (``ported``) or a
bank (``balance``: ``budget`` or ``cap``); ``where`` is a site, or the workload that was ported.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from narrows.core import InputError

COLUMNS = ("quarter", "event", "what", "where", "chips", "money_cny", "ordered_in")
ROWS_MAX = 100_000
"""A hundred orders a working day of four years; more is another file than this."""
_QUARTER = re.compile(r"(20\d\d)-?Q([1-4])")


class Event(StrEnum):
    """What a row books."""

    ORDERED = "ordered"
    DELIVERED = "delivered"
    TURNED_AWAY = "turned_away"
    CANCELLED = "cancelled"
    PORTED = "ported"
    BALANCE = "balance"


ENDINGS = frozenset({Event.DELIVERED, Event.TURNED_AWAY, Event.CANCELLED})
"""What takes chips off an order."""
_NEEDED: Mapping[Event, frozenset[str]] = {
    Event.ORDERED: frozenset({"what", "where", "chips", "money_cny"}),
    **{ending: frozenset({"what", "where", "chips", "ordered_in"}) for ending in ENDINGS},
    Event.PORTED: frozenset({"what", "where"}),
}
_BALANCES: Mapping[str, frozenset[str]] = {
    "budget": frozenset({"what", "money_cny"}),
    "cap": frozenset({"what", "chips"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One row; what its event does not use is empty.

    Attributes
    ----------
    line
        Of the file, for messages.
    quarter, ordered_in
        Such as ``2026Q1``; ``ordered_in`` names the order that chips belong to.
    money_cny
        The whole price agreed, not the deposit; for a budget, what is left of it.
    """

    line: int
    quarter: str
    event: Event
    what: str
    where: str
    chips: float
    money_cny: float
    ordered_in: str

    @property
    def told(self) -> tuple[object, ...]:
        """Everything but the line: equal bookings are equal wherever they stand."""
        return (self.quarter, str(self.event), self.what, self.where, repr(self.chips),
                repr(self.money_cny), self.ordered_in)  # fmt: skip


def read_bookings(path: Path) -> tuple[Booking, ...]:
    """Read the rows of a file, each checked by itself.

    Raises
    ------
    InputError
        With file, line, column, value and mend of the first fault.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(_rows(path, csv.reader(file, strict=True)))
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, ValueError) else error.strerror
        problem = f"the bookings cannot be read ({reason})"
        raise InputError(problem, "name another file", file=path) from error
    except csv.Error as error:
        problem = f"this is no table of comma-separated values ({error})"
        raise InputError(problem, "write it as CSV", file=path) from error


def _rows(path: Path, lines: Iterator[list[str]]) -> Iterator[Booking]:
    header = next(lines, [])
    if tuple(header) != COLUMNS:
        mend = f"begin with {','.join(COLUMNS)}"
        raise InputError("the columns are not those of bookings", mend, file=path, line=1,
                         value=",".join(header))  # fmt: skip
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > ROWS_MAX:
            problem = f"there are more than {ROWS_MAX:,} rows"
            raise InputError(problem, "sum them by quarter", file=path, line=number)
        if len(cells) != len(COLUMNS):
            mend = f"write {len(COLUMNS)} cells"
            raise InputError("a row has another number of cells", mend, file=path, line=number,
                             value=len(cells))  # fmt: skip
        yield _Row(path, number, dict(zip(COLUMNS, (c.strip() for c in cells), strict=True))).read()


@dataclass(frozen=True, slots=True)
class _Row:
    path: Path
    line: int
    cells: Mapping[str, str]

    def read(self) -> Booking:
        event = self._event()
        needed = self._needed(event)
        for column in COLUMNS[2:]:
            if column in needed and not self.cells[column]:
                raise self.fault(column, f"{event} needs it", "fill it in")
            if column not in needed and self.cells[column]:
                raise self.fault(column, f"{event} has no use for it", "leave it blank")
        return Booking(
            line=self.line,
            quarter=self._quarter("quarter"),
            event=event,
            what=self.cells["what"],
            where=self.cells["where"],
            chips=self._amount("chips", event) if "chips" in needed else 0.0,
            money_cny=self._amount("money_cny", event) if "money_cny" in needed else 0.0,
            ordered_in=self._quarter("ordered_in") if "ordered_in" in needed else "",
        )

    def _event(self) -> Event:
        try:
            return Event(self.cells["event"])
        except ValueError:
            mend = f"write one of {', '.join(Event)}"
            raise self.fault("event", "is no event", mend) from None

    def _needed(self, event: Event) -> frozenset[str]:
        if event is not Event.BALANCE:
            return _NEEDED[event]
        if self.cells["what"] not in _BALANCES:
            raise self.fault("what", "is no bank", f"write {' or '.join(_BALANCES)}")
        return _BALANCES[self.cells["what"]]

    def _quarter(self, column: str) -> str:
        found = _QUARTER.fullmatch(self.cells[column])
        if found is None:
            raise self.fault(column, "is no quarter", "write it as 2026-Q1")
        return f"{found[1]}Q{found[2]}"

    def _amount(self, column: str, event: Event) -> float:
        try:
            amount = float(self.cells[column])
        except ValueError:
            amount = math.nan
        lowest = 0.0 if event is Event.BALANCE else math.nextafter(0.0, 1.0)
        if not (math.isfinite(amount) and amount >= lowest):
            words = "a number of 0 or more" if event is Event.BALANCE else "a number above 0"
            raise self.fault(column, f"is not {words}", "write digits only, such as 2048")
        return amount

    def fault(self, column: str, problem: str, mend: str) -> InputError:
        return InputError(problem, mend, file=self.path, line=self.line, fieldname=column,
                          value=self.cells[column])  # fmt: skip
