"""One known future solved in one go: its states guide the first walks of the training.

With few cuts a policy walks into states that no good policy visits, and learns about them. The
states of an optimum with foresight lie where good policies go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csr_array, eye_array

from narrows.planning.arrays import FloatArray, IntArray
from narrows.planning.lp import solve_rows
from narrows.planning.policy.solver import StageSolver


@dataclass(frozen=True, kw_only=True, eq=False)
class Foresight:
    """The cost of a known future in the solver's money, and the states that leave each quarter."""

    cost: float
    states: list[FloatArray]


def with_foresight(
    stages: Sequence[StageSolver], opening: FloatArray, shocks: IntArray
) -> Foresight:
    """Solve one known future.

    The programme has the columns ``u_0, s_0, u_1, s_1, ..., u_T-1``, and for each quarter its rows
    and the equations ``s_t - out_state @ s_t-1 - out_decision @ u_t = out``.

    Raises
    ------
    SolverError
        The future has no plan, which the design of the rules excludes.
    """
    parts = [
        _quarter(stage, int(shock), t, len(stages))
        for t, (stage, shock) in enumerate(zip(stages, shocks, strict=True))
    ]
    first = stages[0].model
    parts[0].upper[:] += np.concatenate(
        [first.from_state @ opening, first.out_state @ opening][: 1 + (len(stages) > 1)]
    )
    grid = [row for part in parts for row in part.grid]
    following = [stage.model.cost_state for stage in stages[1:]]
    costs = [piece for pair in _pairs(stages, following) for piece in pair]
    tops = [
        piece
        for stage, shock in zip(stages, shocks, strict=True)
        for piece in (stage.shocked.upper[int(shock)], np.full(first.n_states, np.inf))
    ]
    width = sum(len(cost) for cost in costs)
    upper = np.concatenate(tops)[:width]
    lower = np.concatenate([piece for stage in stages for piece in _lowest(stage)])[:width]
    is_state = np.concatenate(
        [np.full(len(cost), i % 2 == 1, dtype=np.bool_) for i, cost in enumerate(costs)]
    )
    row_upper = np.concatenate([part.upper for part in parts])
    equal = np.concatenate([part.equal for part in parts])
    value, objective = solve_rows(
        csr_array(block_array(grid, format="csr")),
        cost=np.concatenate(costs),
        lower=lower,
        upper=upper,
        row_lower=np.where(equal, row_upper, -np.inf),
        row_upper=row_upper,
    )
    constant = sum(stage.model.cost_constant for stage in stages)
    states = value[is_state].reshape(len(stages) - 1, first.n_states)
    return Foresight(
        cost=objective + constant + float(first.cost_state @ opening), states=list(states)
    )


def _lowest(stage: StageSolver) -> tuple[FloatArray, FloatArray]:
    """Lower bounds of the decisions of a quarter and of the state it leaves."""
    return stage.model.lower, np.full(stage.model.n_states, -np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Quarter:
    grid: list[list[csr_array[np.float64] | None]]
    upper: FloatArray
    equal: FloatArray


def _quarter(stage: StageSolver, shock: int, t: int, stages: int) -> _Quarter:
    """Return the rows of one quarter within the whole programme."""
    model, given = stage.model, stage.shocked
    rules: list[csr_array[np.float64] | None] = [None] * (2 * stages - 1)
    rules[2 * t] = csr_array(model.matrix)
    link: list[csr_array[np.float64] | None] = [None] * (2 * stages - 1)
    link[2 * t] = csr_array(-model.out_decision)
    if t > 0:
        rules[2 * t - 1] = csr_array(-given.factor[shock][:, None] * model.from_state)
        link[2 * t - 1] = csr_array(-model.out_state)
    limits = given.limit[shock]
    if t == stages - 1:
        return _Quarter(grid=[rules], upper=limits.copy(), equal=np.zeros(len(limits)))
    link[2 * t + 1] = csr_array(eye_array(model.n_states))
    equal = np.concatenate([np.zeros(len(limits)), np.ones(model.n_states)])
    upper = np.concatenate([limits, given.out[shock]])
    return _Quarter(grid=[rules, link], upper=upper, equal=equal)


def _pairs(
    stages: Sequence[StageSolver], following: list[FloatArray]
) -> list[tuple[FloatArray, ...]]:
    """Costs of the decisions of each quarter and of the state it leaves."""
    pairs: list[tuple[FloatArray, ...]] = [
        (stage.model.cost, state) for stage, state in zip(stages[:-1], following, strict=True)
    ]
    return [*pairs, (stages[-1].model.cost,)]
