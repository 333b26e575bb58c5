"""The twin's words: arrays, variables and parents' values under the problem's labels."""

from __future__ import annotations

import linopy
import numpy as np
import xarray as xr
from linopy.expressions import LinearExpression
from linopy.variables import Variable

from narrows.planning.arrays import FloatArray
from narrows.planning.problem import Problem

linopy.options["semantics"] = "v1"


class Labels:
    """An empty model with the labels of a problem."""

    def __init__(self, problem: Problem, *, whole: bool = False) -> None:
        self.problem = problem
        self.whole = whole
        self.model = linopy.Model()
        axes = problem.axes
        self.node = np.arange(problem.tree.n_nodes)
        self.labels = {
            "node": self.node,
            "system": list(axes.systems),
            "site": list(axes.sites),
            "workload": list(axes.workloads),
            "rental": list(axes.rentals),
            "stack": list(axes.stacks),
            "age": np.arange(problem.sizes["L"]),
            "lead": np.arange(problem.sizes["L"]),
        }

    def data(self, values: FloatArray, *dims: str) -> xr.DataArray:
        """Return an array with the problem's labels."""
        coords = {dim: self.labels[dim] for dim in dims}
        return xr.DataArray(np.asarray(values, dtype=np.float64), dims=dims, coords=coords)

    def by_quarter(self, values: FloatArray, *dims: str) -> xr.DataArray:
        """Return node values of an array whose last axis is the quarter."""
        stage = self.problem.tree.stage
        moved = np.moveaxis(np.asarray(values, dtype=np.float64)[..., stage], -1, 0)
        return self.data(moved, "node", *dims)

    def variable(
        self,
        name: str,
        *dims: str,
        lower: float = 0.0,
        upper: xr.DataArray | float = np.inf,
        integer: bool = False,
    ) -> Variable:
        """Add a variable with the problem's labels."""
        coords = [self.labels[dim] for dim in dims]
        shape = tuple(len(coord) for coord in coords)
        low = xr.DataArray(
            np.full(shape, lower), dims=dims, coords=dict(zip(dims, coords, strict=True))
        )
        return self.model.add_variables(lower=low, upper=upper, name=name, integer=integer)

    def before(self, variable: Variable | LinearExpression) -> LinearExpression:
        """Return the parent's value on every node, zero at the root."""
        parent = self.problem.tree.parent
        inner = self.node[1:]
        expression = 1.0 * variable
        moved = expression.isel(node=parent[1:]).assign_coords(node=inner)
        return moved.reindex(node=self.node, fill_value=0.0)

    def at_root(self, value: float) -> xr.DataArray:
        """Return a value at the root, zero elsewhere."""
        return self.data(np.where(self.problem.tree.stage == 0, value, 0.0), "node")
