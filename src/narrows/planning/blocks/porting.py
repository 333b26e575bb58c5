"""Rule 11, porting: work on another stack waits until the software has been carried over."""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine, total
from narrows.planning.arrays import FloatArray
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.tree import NO_NODE
from narrows.planning.variables import Variables


def ported(problem: Problem, variables: Variables) -> Affine:
    """``(N, Q, W)``: what has been started at the node or before; nothing is undone."""
    return variables.started.along(problem.tree.ancestors)


def ported_once(problem: Problem, begun: Affine) -> Rows:
    """``ported <= 1``, which the last quarter says for all."""
    last = problem.tree.stage == problem.tree.n_stages - 1
    limit = np.where(last, 1.0, np.inf)[:, None, None]
    names = ("stack", "workload")
    return at_most("ported", begun, limit=limit, axes=names, unit="portings")


def porting(problem: Problem, variables: Variables, begun: Affine) -> Rows:
    """``sum over k of the stack of rate * assigned <= most_work * begun``.

    ``begun`` is what had been started ``h`` quarters before; see :func:`begun_in_time`. Divided by
    the demand. Pairs that are ported already have no row.
    """
    wanted = problem.work.demand[:, None, :]
    scale = np.where(wanted > 0.0, wanted, 1.0)
    used = work_by_stack(problem, variables)
    ready = begun.times(most_work(problem))
    limit = np.where(problem.porting.done, np.inf, 0.0)[None]
    names = ("stack", "workload")
    unit = "work"
    return at_most("porting", used - ready, limit=limit, axes=names, unit=unit, scale=scale)


def work_by_stack(problem: Problem, variables: Variables) -> Affine:
    """``(N, Q, W)``: own work done on each stack."""
    chips = variables.assign + variables.assign_at.sum(2)
    work = chips.times(problem.work.rate[None])
    member = np.equal.outer(problem.porting.stack, np.arange(problem.sizes["Q"]))
    by_stack = work.spread(2, problem.sizes["Q"]).times(member[None, :, :, None])
    return by_stack.sum(1)


def most_work(problem: Problem) -> FloatArray:
    """``(N, Q, W)``: the most useful work a stack can do: the demand, or all sites full of chips.

    Tight bounds matter: the relaxation ports the fraction of work done over this number.
    """
    work, stack = problem.work, problem.porting.stack
    room = problem.sites.power_kw.sum(axis=0)[problem.tree.stage]
    draw = problem.fleet.power_kw[:, None]
    per_kw = np.where(draw > 0.0, work.rate / np.where(draw > 0.0, draw, 1.0), np.inf)
    stacks = range(problem.sizes["Q"])
    best = np.stack([per_kw[stack == q].max(axis=0, initial=0.0) for q in stacks])
    filled = np.where(best > 0.0, room[:, None, None] * np.where(best > 0.0, best, 1.0), 0.0)
    return np.minimum(work.demand[:, None, :], filled)


def begun_in_time(problem: Problem, begun: Affine) -> Affine:
    """Return the portings that had started ``h`` quarters before each node."""
    quarters, ancestors = problem.porting.quarters, problem.tree.ancestors
    none = np.full(problem.tree.n_nodes, NO_NODE, dtype=np.int64)
    delayed = []
    for delay in np.unique(quarters):
        back = ancestors[delay] if delay < len(ancestors) else none
        delayed.append(begun.take(back).times((quarters == delay)[None].astype(np.float64)))
    return total(delayed)
