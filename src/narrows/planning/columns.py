"""The decision columns: which exist, within which bounds, and which are whole numbers."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.arrays import BoolArray, FloatArray, IntArray

KEY_SPAN = 2**31
"""Cells a family may have; a key is the family's number times this plus the cell."""


def family_number(name: str) -> int:
    """Return a number for a family's name, the same in every problem: a key fits 63 bits.

    Families numbered by their place would change keys as soon as a rule is added before them, and
    a basis would be lost. Two names with one number would cost a warm start, never an answer.
    """
    return zlib.crc32(name.encode())


@dataclass
class ColumnBook:
    """Collects families of columns and hands out expressions over them."""

    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    whole: list[BoolArray] = field(default_factory=list)
    key: list[IntArray] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        present: BoolArray,
        *,
        upper: FloatArray | float = np.inf,
        whole: BoolArray | None = None,
        lower: float = 0.0,
        family: str | None = None,
    ) -> Affine:
        """Add a column for each true cell and return the grid of columns; absent ones are 0.

        Parameters
        ----------
        family
            A name that keeps the keys where families before it come and go.
        """
        number = len(self.key) if family is None else family_number(family)
        cells = np.flatnonzero(present).astype(np.int64)
        columns = np.arange(self.count, self.count + len(cells), dtype=np.int64)
        tops = np.broadcast_to(np.asarray(upper, dtype=np.float64), present.shape)
        wholes = np.zeros_like(present) if whole is None else np.broadcast_to(whole, present.shape)
        self.lower.append(np.full(len(cells), lower))
        self.upper.append(tops.ravel()[cells])
        self.whole.append(wholes.ravel()[cells])
        self.key.append(number * KEY_SPAN + cells)
        self.count += len(cells)
        return Affine(
            shape=present.shape,
            cell=cells,
            column=columns,
            value=np.ones(len(cells)),
            constant=np.zeros(present.size),
        )
