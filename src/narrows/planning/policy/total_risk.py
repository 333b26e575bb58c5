"""The CVaR of the total in state form: ``eta + E[max(total - eta, 0)] / (1 - tail)``.

The level ``eta`` is chosen in the first quarter, and what the cost so far lies beyond it is handed
on as a state; only the last quarter pays for what is beyond. Both are linear in state and decision,
so the cost to come stays convex and cuts hold (Rockafellar and Uryasev, 2000).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.planning.affine import Affine
from narrows.planning.arrays import FloatArray
from narrows.planning.columns import ColumnBook
from narrows.planning.parts import Measure
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.rows import Rows, at_most


def weighs_total(graph: PolicyGraph) -> bool:
    """Whether the graph weighs the CVaR of the total."""
    return graph.risk.weight > 0.0 and graph.risk.measure is Measure.END_OF_HORIZON


@dataclass(frozen=True, kw_only=True)
class Tail:
    """Decisions of a quarter on the tail, grids ``(1,)`` in the solver's money.

    Attributes
    ----------
    level
        ``eta``, free; in the first quarter alone.
    excess
        What the total lies beyond the level; in the last quarter alone.
    """

    level: Affine
    excess: Affine


def declare_tail(graph: PolicyGraph, quarter: int, book: ColumnBook) -> Tail:
    """Add the columns of a quarter's tail to a book; none where no total is weighed."""
    weighs, last = weighs_total(graph), graph.n_stages - 1
    return Tail(
        level=book.add(np.array([weighs and quarter == 0]), lower=-np.inf),
        excess=book.add(np.array([weighs and quarter == last])),
    )


def beyond_level(graph: PolicyGraph, before: Affine, cost: Affine, tail: Tail) -> Affine:
    """``(1,)``: cost so far less the level after a quarter; nothing where no total is weighed."""
    return before + cost - tail.level if weighs_total(graph) else before


def tail_rows(graph: PolicyGraph, quarter: int, beyond: Affine, tail: Tail) -> Rows:
    """``beyond the level <= excess`` in the last quarter."""
    counts = weighs_total(graph) and quarter == graph.n_stages - 1
    limit = 0.0 if counts else np.inf
    return at_most("cvar", beyond - tail.excess, limit=limit, axes=(), unit="money")


def tail_price(graph: PolicyGraph) -> float:
    """Return what a unit of excess costs in the objective."""
    return graph.risk.weight / (1.0 - graph.risk.tail)


def weighed_cost(graph: PolicyGraph, cost: Affine, tail: Tail) -> Affine:
    """``(1,)``: what a quarter adds to the objective of the graph."""
    if not weighs_total(graph):
        return cost
    weight = graph.risk.weight
    mean = cost.times(1.0 - weight)
    return mean + tail.level.times(weight) + tail.excess.times(tail_price(graph))


def twin(
    graph: PolicyGraph, column: int, intercept: float, slope: FloatArray
) -> tuple[float, FloatArray] | None:
    """Return what a cut that does not see the tail says of a tail that is paid in full.

    Such a cut bounds ``(1 - weight)`` times the mean cost to come, and what is beyond the level is
    on average at least the mean less the level (Jensen). ``None`` where the cut sees the tail.

    Parameters
    ----------
    column
        Of the state ``beyond``.
    """
    if abs(float(slope[column])) > UNSEEN or graph.risk.weight == 1.0:
        return None
    price, mean = tail_price(graph), 1.0 - graph.risk.weight
    factor = (mean + price) / mean
    paid = slope * factor
    paid[column] = price
    return intercept * factor, paid


UNSEEN = 1e-12
"""A chance of the tail below it is the solver's rounding."""
