"""One warm HiGHS model for a quarter and regime, and the cuts that stand for what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from narrows.planning.arrays import FloatArray
from narrows.planning.errors import SolverError
from narrows.planning.lp import OPTIONS, QuietHighs
from narrows.planning.policy.cuts import Cuts, no_cuts
from narrows.planning.policy.duals import DualPool
from narrows.planning.policy.shocked import Shocked
from narrows.planning.policy.stage import StageModel

CUTS_GROW_BY = 64
ROUNDING = 1e-5
"""A balance of minus a millionth leaves a rule without room, and is the solver's tolerance."""

_MINUS_THETA = np.array([-1.0])


@dataclass(frozen=True, kw_only=True, eq=False)
class StageAnswer:
    """The optimum of a quarter, cost to come included.

    Attributes
    ----------
    decision
        ``(columns,)`` of ``u``, without ``theta``.
    to_come
        ``theta``: what the cuts say of the cost to come.
    """

    objective: float
    to_come: float
    decision: FloatArray


class StageSolver:
    """The programme of a quarter and regime with its cuts; solved warm, again and again."""

    def __init__(self, model: StageModel, shocked: Shocked, cuts: Cuts) -> None:
        """Build the model with its cuts; none where nothing comes after the quarter."""
        self.model, self.shocked = model, shocked
        self.columns, self.rows = model.matrix.shape[1], model.matrix.shape[0]
        self.has_future = len(cuts) > 0
        self._intercepts: list[float] = []
        self._slopes: list[FloatArray] = []
        self.cold_solves = 0
        shocks, states = len(shocked.probability), model.n_states
        self._from_state = np.zeros((self.rows + CUTS_GROW_BY, states))
        self._from_state[: self.rows] = model.from_state
        self._limit = np.zeros((shocks, self.rows + CUTS_GROW_BY))
        self._limit[:, : self.rows] = shocked.limit
        self._factor = np.ones((shocks, self.rows + CUTS_GROW_BY))
        self._factor[:, : self.rows] = shocked.factor
        self._shock = 0
        self._theta = np.array([self.columns], dtype=np.int32)
        self.highs = QuietHighs()
        for option, value in {**OPTIONS, "presolve": "off"}.items():
            self.highs.setOptionValue(option, value)
        self.highs.passModel(self._as_lp())
        changes = np.any(shocked.upper != shocked.upper[0], axis=0)
        self._bounded = np.flatnonzero(changes).astype(np.int32)
        self.pool = DualPool(self.rows + CUTS_GROW_BY, shocks)
        self._capped = np.flatnonzero(np.isfinite(shocked.upper[0]))
        self._tops = shocked.upper[:, self._capped]
        for intercept, slope in zip(cuts.intercept, cuts.slope, strict=True):
            self.add_cut(float(intercept), slope)

    @property
    def cuts(self) -> Cuts:
        """The cuts so far, in the order in which they came."""
        if not self._slopes:
            return no_cuts(self.model.n_states)
        return Cuts(intercept=np.array(self._intercepts), slope=np.stack(self._slopes))

    @property
    def _size(self) -> int:
        """Rows of the rules and of the cuts."""
        return int(self.rows) + len(self._intercepts)

    def _as_lp(self) -> highspy.HighsLp:
        model, extra = self.model, 1 if self.has_future else 0
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns + extra, self.rows
        lp.col_cost_ = np.append(model.cost, np.ones(extra))
        lp.col_lower_ = np.append(model.lower, np.full(extra, -np.inf))
        lp.col_upper_ = np.append(self.shocked.upper[0], np.full(extra, np.inf))
        lp.row_lower_ = np.full(self.rows, -np.inf)
        lp.row_upper_ = self.shocked.limit[0]
        row, column = np.nonzero(model.matrix)
        starts = np.searchsorted(row, np.arange(self.rows + 1))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts.astype(np.int32)
        lp.a_matrix_.index_ = column.astype(np.int32)
        lp.a_matrix_.value_ = model.matrix[row, column]
        return lp

    def add_cut(self, intercept: float, slope: FloatArray) -> None:
        """Add ``theta >= intercept + slope @ next state``."""
        model, at = self.model, self._size
        if at == len(self._from_state):
            self._grow()
        coefficients = slope @ model.out_decision
        used = np.flatnonzero(coefficients).astype(np.int32)
        index = np.concatenate((used, self._theta))
        values = np.concatenate((coefficients[used], _MINUS_THETA))
        self._from_state[at] = -(slope @ model.out_state)
        self._limit[:, at] = -(intercept + self.shocked.out @ slope)
        self.highs.addRow(-np.inf, np.inf, len(index), index, values)
        self._intercepts.append(intercept)
        self._slopes.append(slope)

    def _grow(self) -> None:
        more = CUTS_GROW_BY
        self._from_state = np.pad(self._from_state, ((0, more), (0, 0)))
        self._limit = np.pad(self._limit, ((0, 0), (0, more)))
        self._factor = np.pad(self._factor, ((0, 0), (0, more)), constant_values=1.0)

    def solve(self, state: FloatArray, shock: int) -> StageAnswer:
        """Return the optimum from a state under a shock.

        Raises
        ------
        SolverError
            The quarter has no optimum, which the design of the rules excludes.
        """
        self._run(state, shock)
        return self._read(state)

    def solve_whole(self, state: FloatArray, shock: int, gap: float) -> StageAnswer:
        """Return the best decision with whole lots, within a gap of the cost to come."""
        whole = np.flatnonzero(self.model.whole).astype(np.int32)
        self._kinds(whole, highspy.HighsVarType.kInteger)
        self.highs.setOptionValue("mip_rel_gap", gap)
        self._run(state, shock)
        answer = self._read(state)
        self._kinds(whole, highspy.HighsVarType.kContinuous)
        return answer

    def _kinds(self, columns: npt.NDArray[np.int32], kind: highspy.HighsVarType) -> None:
        self.highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), kind))

    def _run(self, state: FloatArray, shock: int) -> None:
        self._set(state, shock)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._solve_cold()

    def outcomes(self, state: FloatArray, exact: Sequence[int]) -> tuple[FloatArray, FloatArray]:
        """Return lower bounds ``(M,)`` of the optimum under each shock and slopes ``(M, states)``.

        Shocks in ``exact`` are solved; the others take the best dual found so far.
        """
        for shock in exact:
            self._run(state, shock)
            self._learn()
        model, size = self.model, self._size
        moved = self._from_state[:size] @ state
        limits = self._limit[:, :size] + self._factor[:, :size] * moved
        values, duals = self.pool.best(limits)
        slopes = (duals * self._factor[:, :size]) @ self._from_state[:size] + model.cost_state
        return values + model.cost_constant + float(model.cost_state @ state), slopes

    def _learn(self) -> None:
        """Keep the dual of the last solve."""
        solution = self.highs.getSolution()
        at_top = np.minimum(np.array(solution.col_dual)[self._capped], 0.0)
        self.pool.add(np.array(solution.row_dual), self._tops @ at_top)

    def _solve_cold(self) -> None:
        """Solve afresh: now and then a warm basis leads the simplex to a false end."""
        self.cold_solves += 1
        self.highs.clearSolver()
        self.highs.setOptionValue("presolve", "on")
        self.highs.run()
        self.highs.setOptionValue("presolve", "off")
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            status = self.highs.modelStatusToString(self.highs.getModelStatus())
            raise SolverError(f"a quarter of the policy graph: {status}", "check its rules")

    def _set(self, state: FloatArray, shock: int) -> None:
        size = self._size
        moved = self._from_state[:size] @ state
        limit = self._limit[shock, :size] + self._factor[shock, :size] * moved
        base = limit[: self.rows]
        base[(base < 0.0) & (base > -ROUNDING)] = 0.0
        self.highs.set_limits(limit)
        if shock != self._shock and len(self._bounded):
            upper = self.shocked.upper[shock][self._bounded]
            lower = np.zeros(len(upper))
            self.highs.changeColsBounds(len(upper), self._bounded, lower, upper)
        self._shock = shock

    def _read(self, state: FloatArray) -> StageAnswer:
        model = self.model
        value = np.array(self.highs.getSolution().col_value)
        constant = model.cost_constant + float(model.cost_state @ state)
        return StageAnswer(
            objective=self.highs.getObjectiveValue() + constant,
            to_come=float(value[self.columns]) if self.has_future else 0.0,
            decision=value[: self.columns],
        )

    def next_state(self, state: FloatArray, decision: FloatArray, shock: int) -> FloatArray:
        """Return the state after a decision."""
        model = self.model
        after: FloatArray = self.shocked.out[shock] + model.out_state @ state
        after = after + model.out_decision @ decision
        return np.where(np.abs(after) < ROUNDING, np.maximum(after, 0.0), after)
