"""The solver behind one small face: HiGHS, one thread, dual simplex, warm where it can be."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import highspy
import numpy as np
from scipy.sparse import csr_array

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.basis import Basis
from narrows.planning.errors import SolverError
from narrows.planning.matrix import Model


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """A solution of the programme.

    Attributes
    ----------
    value
        ``(columns,)``.
    row_dual
        ``(rows,)``: change of the objective for one more unit of the limit, never positive.
    reduced_cost
        ``(columns,)``: change of the objective for one more unit of the column.
    bound
        No plan is cheaper; equals ``objective`` for a linear programme.
    """

    status: Status
    objective: float
    bound: float
    value: FloatArray
    row_dual: FloatArray
    reduced_cost: FloatArray
    basis: Basis | None
    iterations: int
    cpu_s: float


@dataclass(frozen=True, kw_only=True)
class MipLimits:
    """When a search for whole numbers stops.

    ``nodes`` is the deterministic limit; ``time_s`` is a safety net on a slow machine.
    """

    gap: float = 0.01
    nodes: int = 2000
    time_s: float = 60.0


_ROW_NUMBERS = np.arange(100_000, dtype=np.int32)
_NO_LIMITS = np.full(100_000, -np.inf)


class QuietHighs(highspy.Highs):
    """HiGHS without Python callbacks, whose set-up prints a banner on standard output."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()

    def pass_rows(self, model: Model) -> None:
        """Hand over a model as arrays; attribute by attribute it takes ten times as long."""
        rows, columns = model.matrix.shape
        self.passModel(
            columns,
            rows,
            model.matrix.nnz,
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            model.constant,
            model.cost,
            model.lower,
            model.upper,
            np.full(rows, -np.inf),
            model.limit,
            model.matrix.indptr.astype(np.int32),
            model.matrix.indices.astype(np.int32),
            model.matrix.data,
            np.zeros(columns, dtype=np.int32),
        )

    def set_limits(self, limits: FloatArray) -> None:
        """Set the upper limits of the first rows, all of them ``<=`` rows."""
        size = len(limits)
        if size > len(_ROW_NUMBERS):
            msg = f"{size} rows and room for {len(_ROW_NUMBERS)}"
            raise ValueError(msg)
        rows, free = _ROW_NUMBERS[:size], _NO_LIMITS[:size]
        self.changeRowsBounds(size, rows, free, limits)  # type: ignore[attr-defined] # no stub


class Programme:
    """A model inside HiGHS. Bounds, limits and costs may change between solves."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.highs = QuietHighs()
        for option, value in OPTIONS.items():
            self.highs.setOptionValue(option, value)
        self.highs.pass_rows(model)

    def hold(self, columns: IntArray, values: FloatArray) -> None:
        """Fix columns at values."""
        self.bound(columns, values, values)

    def bound(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set the bounds of columns."""
        index = columns.astype(np.int32)
        self.highs.changeColsBounds(len(index), index, lower, upper)

    def limit(self, row: int, upper: float) -> None:
        """Set the limit of one row."""
        self.highs.changeRowBounds(row, -np.inf, upper)

    def price(self, columns: IntArray, cost: FloatArray) -> None:
        """Set the costs of columns."""
        index = columns.astype(np.int32)
        self.highs.changeColsCost(len(index), index, cost)

    def solve(self, start: Basis | None = None) -> Answer:
        """Solve the linear programme, from a basis where one is given.

        Raises
        ------
        SolverError
            The solver failed; infeasibility is an answer, not a failure.
        """
        if start is not None:
            self._start_from(start)
        return self._run()

    def solve_whole(self, limits: MipLimits, start: FloatArray | None = None) -> Answer:
        """Search whole numbers for the marked columns, from a known plan where there is one."""
        whole = np.flatnonzero(self.model.whole).astype(np.int32)
        kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
        self.highs.changeColsIntegrality(len(whole), whole, kinds)
        self.highs.setOptionValue("mip_rel_gap", limits.gap)
        self.highs.setOptionValue("mip_max_nodes", limits.nodes)
        self.highs.setOptionValue("time_limit", limits.time_s)
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(start)
            self.highs.setSolution(solution)
        answer = self._run()
        kinds = np.full(len(whole), highspy.HighsVarType.kContinuous)
        self.highs.changeColsIntegrality(len(whole), whole, kinds)
        self.highs.setOptionValue("time_limit", np.inf)
        return answer

    def _run(self) -> Answer:
        began = time.process_time()
        self.highs.run()
        if self._just_outside():
            self.highs.clearSolver()
            self.highs.run()
        spent = time.process_time() - began
        status = self.highs.getModelStatus()
        if status in _NO_PLAN:
            return _no_plan(self.model, spent)
        info = self.highs.getInfo()
        if info.primal_solution_status != _FEASIBLE_POINT:
            raise SolverError(self.highs.modelStatusToString(status), "raise the limits")
        found = Status.OPTIMAL if status == highspy.HighsModelStatus.kOptimal else Status.FEASIBLE
        return self._answer(found, spent)

    def _just_outside(self) -> bool:
        """Whether an optimum from an old basis lies a hair outside once it is unscaled.

        A fresh start ends inside: rows were seen 1.5e-7 out at a tolerance of 1e-7, reduced costs
        8e-5, which the solver calls an unknown status.
        """
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kUnknown:
            return True
        optimal = status == highspy.HighsModelStatus.kOptimal
        return optimal and self.highs.getInfo().primal_solution_status != _FEASIBLE_POINT

    def _answer(self, status: Status, cpu_s: float) -> Answer:
        info, solution = self.highs.getInfo(), self.highs.getSolution()
        objective = float(info.objective_function_value)
        is_mip = info.mip_node_count >= 0
        return Answer(
            status=status,
            objective=objective,
            bound=float(info.mip_dual_bound) if is_mip else objective,
            value=np.asarray(solution.col_value),
            row_dual=np.asarray(solution.row_dual),
            reduced_cost=np.asarray(solution.col_dual),
            basis=None if is_mip else self._basis(),
            iterations=int(info.simplex_iteration_count),
            cpu_s=cpu_s,
        )

    def _basis(self) -> Basis:
        return Basis(
            column_key=self.model.column_key,
            row_key=self.model.row_key,
            record=self.highs.getBasis(),
        )

    def _start_from(self, start: Basis) -> None:
        record = start.fitted(self.model.column_key, self.model.row_key)
        record.alien = True
        self.highs.setBasis(record)


OPTIONS: dict[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "solver": "simplex",
    "simplex_strategy": 1,
    "random_seed": 0,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""One thread and one seed, so that a plan is found again. The heuristic that is off solves a
smaller whole-number problem at the root: on some hundred whole columns it took two thirds of the
search and found nothing."""
_NO_PLAN = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
_FEASIBLE_POINT = 2


def solve_rows(
    matrix: csr_array[np.float64],
    *,
    cost: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    row_lower: FloatArray,
    row_upper: FloatArray,
) -> tuple[FloatArray, float]:
    """Solve ``min cost @ x`` within row and column bounds; return ``x`` and the optimum.

    Raises
    ------
    SolverError
        There is no optimum.
    """
    highs = QuietHighs()
    for option, value in OPTIONS.items():
        highs.setOptionValue(option, value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
    lp.row_lower_, lp.row_upper_ = row_lower, row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    highs.passModel(lp)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverError(highs.modelStatusToString(highs.getModelStatus()), "check the rules")
    return np.array(highs.getSolution().col_value), float(highs.getObjectiveValue())


def _no_plan(model: Model, cpu_s: float) -> Answer:
    rows, columns = model.matrix.shape
    return Answer(
        status=Status.INFEASIBLE,
        objective=np.inf,
        bound=np.inf,
        value=np.full(columns, np.nan),
        row_dual=np.full(rows, np.nan),
        reduced_cost=np.full(columns, np.nan),
        basis=None,
        iterations=0,
        cpu_s=cpu_s,
    )
