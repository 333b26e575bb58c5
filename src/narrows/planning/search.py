"""Whole numbers: first a dive from the relaxation, then branch and bound if the gap is too wide.

The relaxation bounds every plan from below, so a dive that ends within the gap asked for needs no
search. Lots are mild; portings are what makes a dive miss.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray, IntArray
from narrows.planning.errors import SolverError
from narrows.planning.lp import Answer, MipLimits, Programme, Status
from narrows.planning.matrix import Model

WHOLE_TOLERANCE = 1e-5
"""How far from a whole number the solver may leave a whole column."""
MONEY_ROUNDING = 1e-9


class Order(Enum):
    """Which column a dive rounds next: the most open question, or the least."""

    OPEN_FIRST = "open_first"
    CLEAR_FIRST = "clear_first"


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """An answer with whole numbers held and a bound, and the CPU seconds spent on it."""

    answer: Answer
    cpu_s: float


def search(model: Model, programme: Programme, relaxation: Answer, limits: MipLimits) -> Found:
    """Return a plan within the gap, or the best one found within the limits.

    Raises
    ------
    SolverError
        The limits stopped the search before it found a plan.
    """
    whole = np.flatnonzero(model.whole).astype(np.int64)
    dived, spent = None, 0.0
    for order in Order:
        tried = _dive(model, programme, whole, relaxation, order)
        spent += tried.cpu_s
        dived = _better(dived, tried.answer)
        if dived is not None and _gap(dived.objective, relaxation.objective) <= limits.gap:
            return Found(answer=_bounded(dived, relaxation.objective), cpu_s=spent)
    if dived is not None:
        turned = _turn_questions(model, programme, whole, dived)
        spent += turned.cpu_s
        dived = _better(dived, turned.answer)
        if dived is not None and _gap(dived.objective, relaxation.objective) <= limits.gap:
            return Found(answer=_bounded(dived, relaxation.objective), cpu_s=spent)
    start = None if dived is None else dived.value
    found = Programme(model).solve_whole(limits, start)
    if found.status is Status.INFEASIBLE:
        return Found(answer=found, cpu_s=spent + found.cpu_s)
    held = _hold(programme, whole, found.value, relaxation)
    answer = replace(held, status=found.status)
    bound = max(found.bound, relaxation.objective)
    return Found(answer=_bounded(answer, bound), cpu_s=spent + found.cpu_s + held.cpu_s)


def _bounded(answer: Answer, bound: float) -> Answer:
    return replace(answer, bound=min(bound, answer.objective))


def _gap(objective: float, bound: float) -> float:
    return (objective - bound) / max(abs(objective), MONEY_ROUNDING)


def _better(first: Answer | None, second: Answer) -> Answer | None:
    if second.status is Status.INFEASIBLE:
        return first
    return second if first is None or second.objective < first.objective else first


def _turn_questions(model: Model, programme: Programme, whole: IntArray, best: Answer) -> Found:
    """Turn one yes-or-no question after another while that helps, then dive for the lots.

    Lots stay relaxed while questions turn: a porting pays only with the chips that it lets work.
    """
    questions = whole[(model.upper[whole] - model.lower[whole]) == 1.0]
    held = np.round(best.value[questions])
    answer = _hold_and_solve(programme, questions, held)
    spent = answer.cpu_s
    for place in range(len(questions)):
        other = held.copy()
        column = questions[place]
        other[place] = model.lower[column] + model.upper[column] - held[place]
        tried = _hold_and_solve(programme, questions, other)
        spent += tried.cpu_s
        if tried.status is not Status.INFEASIBLE and tried.objective < answer.objective:
            held, answer = other, tried
    _hold_and_solve(programme, questions, held)
    lots = np.setdiff1d(whole, questions)
    found = _dive(model, programme, lots, answer, Order.CLEAR_FIRST)
    programme.bound(questions, model.lower[questions], model.upper[questions])
    return Found(answer=found.answer, cpu_s=spent + found.cpu_s)


def _dive(
    model: Model, programme: Programme, whole: IntArray, relaxation: Answer, order: Order
) -> Found:
    """Round one column, re-solve, and go on until all are whole.

    A rounding that leaves no plan is tried the other way; if that fails too, the dive is given up.
    """
    lower, upper = model.lower[whole].copy(), model.upper[whole].copy()
    free = np.ones(len(whole), dtype=np.bool_)
    answer, spent = relaxation, 0.0
    while free.any():
        chosen, target = _next(answer.value[whole], lower, upper, free, order)
        free[chosen] = False
        tried = _hold_and_solve(programme, whole[chosen], target)
        spent += tried.cpu_s
        if tried.status is Status.INFEASIBLE:
            other = target + np.where(answer.value[whole[chosen]] < target, -1.0, 1.0)
            # a bound need not be whole, what a column is held at must be
            other = np.clip(other, np.ceil(lower[chosen]), np.floor(upper[chosen]))
            tried = _hold_and_solve(programme, whole[chosen], other)
            spent += tried.cpu_s
        if tried.status is Status.INFEASIBLE:
            answer = tried
            break
        answer = tried
    programme.bound(whole, lower, upper)
    return Found(answer=answer, cpu_s=spent)


def _hold_and_solve(programme: Programme, columns: IntArray, values: FloatArray) -> Answer:
    programme.hold(columns, values)
    return programme.solve()


def _next(
    value: FloatArray, lower: FloatArray, upper: FloatArray, free: BoolArray, order: Order
) -> tuple[IntArray, FloatArray]:
    """Return all free columns that are whole already, or else the next one, and their targets."""
    nearest = np.clip(np.round(value), np.ceil(lower), np.floor(upper)) + 0.0
    distance = np.abs(value - nearest)
    chosen = np.flatnonzero(free & (distance <= WHOLE_TOLERANCE))
    if len(chosen) == 0:
        sign = -1.0 if order is Order.OPEN_FIRST else 1.0
        chosen = np.array([int(np.argmin(np.where(free, sign * distance, np.inf)))])
    return chosen.astype(np.int64), nearest[chosen]


def _hold(programme: Programme, whole: IntArray, found: FloatArray, relaxation: Answer) -> Answer:
    values = np.round(found[whole]) + 0.0  # no negative zeros
    if float(np.abs(values - found[whole]).max()) > WHOLE_TOLERANCE:
        raise SolverError("whole numbers are not whole", "report this problem")
    programme.hold(whole, values)
    held = programme.solve(relaxation.basis)
    if held.status is Status.INFEASIBLE:
        raise SolverError("the plan found does not survive rounding", "report this problem")
    return held
