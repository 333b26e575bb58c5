"""Solve a problem: whole lots for the quarters at hand, relaxed afterwards."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from narrows.core import NarrowsError
from narrows.planning.affine import Affine
from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.basis import Basis
from narrows.planning.errors import SolverError
from narrows.planning.lp import Answer, MipLimits, Programme, Status
from narrows.planning.matrix import MONEY, Model, build_matrix
from narrows.planning.plan import Effort, Plan, read_quantities
from narrows.planning.prices import order_reasons, rule_prices
from narrows.planning.problem import Problem
from narrows.planning.search import search


@dataclass
class NoPlanError(NarrowsError):
    """No plan satisfies the rules; :func:`narrows.planning.explain_infeasible` says which."""

    def __str__(self) -> str:
        return "no plan satisfies all rules; ask which rule cannot hold (explain_infeasible)"


def solve(problem: Problem, limits: MipLimits | None = None) -> Plan:
    """Return the cheapest plan found, with its gap.

    First the relaxation, then the search for whole numbers in the here-and-now quarters. Prices
    are those of the linear programme with the whole numbers held.

    Raises
    ------
    NoPlanError
        The rules contradict one another.
    SolverError
        The limits stopped the search before it found a plan.
    """
    began = time.process_time()
    model = build_matrix(problem)
    programme = Programme(model)
    building = time.process_time() - began
    relaxation = _solved(programme.solve())
    if not model.whole.any():
        return _plan(problem, model, relaxation, relaxation, building=building)
    found = search(model, programme, relaxation, limits or MipLimits())
    answer = _solved(found.answer)
    return _plan(problem, model, answer, relaxation, building=building, searching=found.cpu_s)


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstQuarter:
    """What is given of the first quarter.

    Attributes
    ----------
    started
        ``(Q, W)`` portings.
    lots
        ``(K, S)`` orders; ``None`` leaves them to the plan.
    """

    started: BoolArray
    lots: FloatArray | None = None


def solve_given(
    problem: Problem,
    given: FirstQuarter,
    *,
    limits: MipLimits | None = None,
    start: Basis | None = None,
) -> Plan:
    """Return the cheapest plan with a given first quarter, such as one chosen elsewhere.

    Its bound is that of the relaxation with nothing given, so its gap says what is given costs
    here at most.

    Raises
    ------
    NoPlanError
        What is given is not allowed, or leaves no plan.
    SolverError
        The limits stopped the search before it found a plan.
    """
    began = time.process_time()
    model = build_matrix(problem)
    building = time.process_time() - began
    free = _solved(Programme(model).solve(start))
    model = _held(model, model.variables.started, given.started.astype(np.float64))
    if given.lots is not None:
        model = _held(model, model.variables.order, given.lots)
    programme = Programme(model)
    relaxation = _solved(programme.solve(free.basis))
    found = search(model, programme, relaxation, limits or MipLimits())
    answer = _solved(found.answer)
    answer = replace(answer, bound=min(free.objective, answer.objective))
    return _plan(problem, model, answer, free, building=building, searching=found.cpu_s)


def _held(model: Model, grid: Affine, values: FloatArray) -> Model:
    """Return the model with the first node of a grid held; only what has a column can be more."""
    first = grid.cell < values.size
    if np.any(np.delete(values.ravel(), grid.cell[first]) > 0.0):
        raise NoPlanError
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[grid.column[first]] = upper[grid.column[first]] = values.ravel()[grid.cell[first]]
    return replace(model, lower=lower, upper=upper)


def relax(problem: Problem, start: Basis | None = None) -> Plan:
    """Return the optimum without whole numbers, from the basis of a like problem if given.

    Raises
    ------
    NoPlanError
        The rules contradict one another.
    """
    began = time.process_time()
    model = build_matrix(problem)
    programme = Programme(model)
    building = time.process_time() - began
    answer = _solved(programme.solve(start))
    return _plan(problem, model, answer, answer, building=building)


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum:
    """What a what-if is asked for: its cost, its orders, and where the next one starts.

    Attributes
    ----------
    cost
        The objective in money.
    orders
        ``(N, K, S)`` lots.
    """

    cost: float
    orders: FloatArray
    basis: Basis


def optimum(problem: Problem, start: Basis | None = None) -> Optimum:
    """Return the optimum of the relaxation without prices and reasons, which take as long again.

    Raises
    ------
    NoPlanError
        The rules contradict one another.
    """
    model = build_matrix(problem)
    answer = _solved(Programme(model).solve(start))
    if answer.basis is None:
        raise SolverError("the solver kept no basis", "report this problem")
    orders = model.variables.order.at(answer.value)
    return Optimum(cost=answer.objective * MONEY, orders=orders, basis=answer.basis)


def _solved(answer: Answer) -> Answer:
    if answer.status is Status.INFEASIBLE:
        raise NoPlanError
    return answer


def _plan(
    problem: Problem,
    model: Model,
    answer: Answer,
    relaxation: Answer,
    *,
    building: float,
    searching: float = 0.0,
) -> Plan:
    if answer.basis is None:
        raise SolverError("the solver kept no basis", "report this problem")
    read = read_quantities(problem, model, answer.value)
    return Plan(
        status=answer.status,
        objective=answer.objective * MONEY,
        bound=answer.bound * MONEY,
        whole_quarters=problem.here_and_now if answer is not relaxation else 0,
        **read.values,
        caps=read.caps,
        shares=read.shares,
        ledger=read.ledger,
        reasons=order_reasons(problem, model, answer),
        prices=rule_prices(problem, model, answer),
        effort=Effort(
            build_cpu_s=building,
            relaxation_cpu_s=relaxation.cpu_s,
            search_cpu_s=searching,
            simplex_iterations=relaxation.iterations,
            row_residual=_row_residual(model, answer.value),
            bound_residual=_bound_residual(model, answer.value),
        ),
        basis=relaxation.basis or answer.basis,
    )


def _row_residual(model: Model, value: FloatArray) -> float:
    """Largest violation of a row, in the solver's scale."""
    over = model.matrix @ value - model.limit
    return float(np.maximum(over, 0.0).max(initial=0.0))


def _bound_residual(model: Model, value: FloatArray) -> float:
    """Largest violation of a bound."""
    over = np.maximum(model.lower - value, value - model.upper)
    return float(np.maximum(over, 0.0).max(initial=0.0))
