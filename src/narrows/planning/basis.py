"""A simplex basis by stable key, so that it fits the next problem of one shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from narrows.planning.arrays import IntArray

_STATUSES = tuple(
    getattr(highspy.HighsBasisStatus, name)
    for name in ("kLower", "kBasic", "kUpper", "kZero", "kNonbasic")
)
_NEW_COLUMN = highspy.HighsBasisStatus.kLower
_NEW_ROW = highspy.HighsBasisStatus.kBasic


@dataclass(frozen=True, kw_only=True, eq=False)
class Basis:
    """The keys of columns and rows, and the solver's own record of their statuses.

    A programme with the same columns and rows takes that record as it is. Only where they differ,
    or to travel to another process, is it read out: status by status that takes as long as a
    short solve.
    """

    column_key: IntArray
    row_key: IntArray
    record: highspy.HighsBasis

    def fitted(self, column_key: IntArray, row_key: IntArray) -> highspy.HighsBasis:
        """Return the record for a programme with these keys; what is new to it starts outside."""
        if np.array_equal(column_key, self.column_key) and np.array_equal(row_key, self.row_key):
            return self.record
        columns, rows = _codes(self.record.col_status), _codes(self.record.row_status)
        return _record(
            _carried(column_key, self.column_key, columns), _carried(row_key, self.row_key, rows)
        )

    def __reduce__(self) -> tuple[Callable[..., Basis], tuple[IntArray, ...]]:
        """Travel as arrays: the solver's record cannot be pickled."""
        codes = _codes(self.record.col_status), _codes(self.record.row_status)
        return _unpacked, (self.column_key, self.row_key, *codes)


def _unpacked(column_key: IntArray, row_key: IntArray, columns: IntArray, rows: IntArray) -> Basis:
    return Basis(column_key=column_key, row_key=row_key, record=_record(columns, rows))


def _record(columns: IntArray, rows: IntArray) -> highspy.HighsBasis:
    """Return the solver's record of statuses by code; -1 where a column or a row is new."""
    record = highspy.HighsBasis()
    record.col_status = [_STATUSES[c] if c >= 0 else _NEW_COLUMN for c in columns.tolist()]
    record.row_status = [_STATUSES[c] if c >= 0 else _NEW_ROW for c in rows.tolist()]
    return record


def _codes(statuses: list[highspy.HighsBasisStatus]) -> IntArray:
    return np.array([status.value for status in statuses], dtype=np.int64)


def _carried(key: IntArray, old_key: IntArray, old_status: IntArray) -> IntArray:
    """Return the old status of each key, -1 where the key is new."""
    order = np.argsort(old_key)
    place = np.searchsorted(old_key, key, sorter=order).clip(max=len(old_key) - 1)
    found = order[place]
    return np.where(old_key[found] == key, old_status[found], -1)
