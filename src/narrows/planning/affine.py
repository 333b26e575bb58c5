"""Affine expressions of the decision columns, one for each cell of a named grid.

The blocks are written in these, so that a block reads like its formula. Entries are kept as plain
coordinate arrays; repeated entries of a cell and column mean their sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from narrows.planning.arrays import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Affine:
    """``constant[cell] + sum(value[e] * x[column[e]] for the entries e with that cell)``.

    Attributes
    ----------
    shape
        The grid. Cells are numbered in C order.
    cell, column, value
        Shape ``(entries,)`` each.
    constant
        Shape ``(cells,)``.
    """

    shape: tuple[int, ...]
    cell: IntArray
    column: IntArray
    value: FloatArray
    constant: FloatArray

    def times(self, factor: FloatArray | float) -> Affine:
        """Return the cells times a factor that broadcasts to the grid."""
        factors, weights = self._broadcast(factor)
        values = self.value * weights
        constant = self.constant * factors
        if np.count_nonzero(values) == len(values):
            return Affine(
                shape=self.shape,
                cell=self.cell,
                column=self.column,
                value=values,
                constant=constant,
            )
        used = np.flatnonzero(values)
        return Affine(
            shape=self.shape,
            cell=self.cell[used],
            column=self.column[used],
            value=values[used],
            constant=constant,
        )

    def _broadcast(
        self, factor: FloatArray | float
    ) -> tuple[FloatArray | float, FloatArray | float]:
        """Return a factor for each cell and for each entry; a number serves for both as it is."""
        if not isinstance(factor, np.ndarray):
            return factor, factor
        factors = np.empty(self.shape)
        factors[...] = factor
        flat = factors.reshape(-1)
        return flat, flat[self.cell]

    def __add__(self, other: Affine) -> Affine:
        return total([self, other])

    def __neg__(self) -> Affine:
        return self.times(-1.0)

    def __sub__(self, other: Affine) -> Affine:
        return self + (-other)

    def plus(self, constant: FloatArray) -> Affine:
        """Return the cells plus a constant that broadcasts to the grid."""
        extra = np.full(self.shape, constant, dtype=np.float64).ravel()
        return Affine(
            shape=self.shape,
            cell=self.cell,
            column=self.column,
            value=self.value,
            constant=self.constant + extra,
        )

    def sum(self, axis: int) -> Affine:
        """Return the sum over one axis of the grid."""
        axis %= len(self.shape)
        after = math.prod(self.shape[axis + 1 :])
        span = self.shape[axis] * after
        return Affine(
            shape=(*self.shape[:axis], *self.shape[axis + 1 :]),
            cell=(self.cell // span) * after + self.cell % after,
            column=self.column,
            value=self.value,
            constant=self.constant.reshape(self.shape).sum(axis=axis).ravel(),
        )

    def spread(self, axis: int, size: int) -> Affine:
        """Return the grid with a new axis, along which the cells repeat."""
        grid = np.expand_dims(np.arange(math.prod(self.shape)).reshape(self.shape), axis)
        shape = (*self.shape[:axis], size, *self.shape[axis:])
        return self._gather(np.broadcast_to(grid, shape).ravel(), shape)

    def take(self, first: IntArray) -> Affine:
        """Return the grid with the given indices on its first axis; a negative one gives zero."""
        width = math.prod(self.shape[1:])
        grid = np.where(first[:, None] < 0, -1, first[:, None] * width + np.arange(width))
        return self._gather(grid.ravel(), (len(first), *self.shape[1:]))

    def into(self, place: IntArray, size: int) -> Affine:
        """Return a grid ``(size, ...)`` in which the first axis is summed by ``place``.

        Cells with a negative place are left out.
        """
        width = math.prod(self.shape[1:])
        at = np.where(place < 0, -1, place)[self.cell // width]
        kept = at >= 0
        cells = at[kept] * width + self.cell[kept] % width
        sums = np.zeros((size, width))
        here = place >= 0
        np.add.at(sums, place[here], self.constant.reshape(-1, width)[here])
        return Affine(
            shape=(size, *self.shape[1:]),
            cell=cells,
            column=self.column[kept],
            value=self.value[kept],
            constant=sums.ravel(),
        )

    def along(self, ancestors: IntArray) -> Affine:
        """Return the running sum along the first axis: over a node's ancestors and itself.

        ``ancestors`` has shape ``(T, N)``; see :class:`narrows.planning.Tree`.
        """
        steps = self.take(ancestors.ravel())
        return replace(steps, shape=(*ancestors.shape, *self.shape[1:])).sum(0)

    def pick(self, axis: int, index: int) -> Affine:
        """Return the grid without one axis, at one index of it."""
        axis %= len(self.shape)
        after = math.prod(self.shape[axis + 1 :])
        span = self.shape[axis] * after
        here = np.flatnonzero(self.cell % span // after == index)
        return Affine(
            shape=(*self.shape[:axis], *self.shape[axis + 1 :]),
            cell=(self.cell[here] // span) * after + self.cell[here] % after,
            column=self.column[here],
            value=self.value[here],
            constant=self.constant.reshape(self.shape).take(index, axis=axis).ravel(),
        )

    @cached_property
    def _by_cell(self) -> tuple[IntArray, IntArray, IntArray]:
        """The entries in cell order, and where each cell's entries start and how many they are."""
        count = np.bincount(self.cell, minlength=math.prod(self.shape))
        return np.argsort(self.cell, kind="stable"), np.cumsum(count) - count, count

    def _gather(self, source: IntArray, shape: tuple[int, ...]) -> Affine:
        order, starts, counts = self._by_cell
        lengths = np.where(source < 0, 0, counts[source])
        cell = np.arange(len(source)).repeat(lengths)
        shift = starts[source] + lengths - lengths.cumsum()
        entry = order[np.arange(len(cell)) + shift[cell]]
        return Affine(
            shape=shape,
            cell=cell,
            column=self.column[entry],
            value=self.value[entry],
            constant=np.where(source < 0, 0.0, self.constant[source]),
        )

    def at(self, solution: FloatArray) -> FloatArray:
        """Return the cells' values, in the grid's shape, for given columns."""
        weights = self.value * solution[self.column]
        cells = np.bincount(self.cell, weights=weights, minlength=len(self.constant))
        return (cells + self.constant).reshape(self.shape)

    def coefficients(self, cell_weight: FloatArray, columns: int) -> FloatArray:
        """Return, for each column, the sum of its entries weighted by cell."""
        weights = self.value * cell_weight.ravel()[self.cell]
        sums = np.bincount(self.column, weights=weights, minlength=columns)
        return sums.astype(np.float64)


def constant(values: FloatArray) -> Affine:
    """Return the expression that has the given values and no columns."""
    nothing = np.zeros(0, dtype=np.int64)
    return Affine(
        shape=values.shape,
        cell=nothing,
        column=nothing,
        value=np.zeros(0),
        constant=np.asarray(values, dtype=np.float64).ravel(),
    )


def stack(expressions: Sequence[Affine]) -> Affine:
    """Return the expressions along a new last axis."""
    count = len(expressions)
    return Affine(
        shape=(*expressions[0].shape, count),
        cell=np.concatenate([one.cell * count + i for i, one in enumerate(expressions)]),
        column=np.concatenate([one.column for one in expressions]),
        value=np.concatenate([one.value for one in expressions]),
        constant=np.stack([one.constant for one in expressions], axis=1).ravel(),
    )


def total(expressions: Sequence[Affine]) -> Affine:
    """Return the sum of expressions on one grid.

    Raises
    ------
    ValueError
        The grids differ.
    """
    shapes = {expression.shape for expression in expressions}
    if len(shapes) != 1:
        msg = f"grids differ: {sorted(shapes)}"
        raise ValueError(msg)
    return Affine(
        shape=expressions[0].shape,
        cell=np.concatenate([expression.cell for expression in expressions]),
        column=np.concatenate([expression.column for expression in expressions]),
        value=np.concatenate([expression.value for expression in expressions]),
        constant=np.sum([expression.constant for expression in expressions], axis=0),
    )
