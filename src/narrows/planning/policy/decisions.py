"""The decisions of one quarter and regime."""

from __future__ import annotations

import numpy as np

from narrows.planning.affine import Affine, total
from narrows.planning.arrays import BoolArray
from narrows.planning.columns import ColumnBook
from narrows.planning.matrix import MONEY
from narrows.planning.parts import Counted
from narrows.planning.policy.cancelling import cancellable
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.state import can_port_ever, can_stand_ever
from narrows.planning.problem import Problem
from narrows.planning.rows import Rows, at_most
from narrows.planning.variables import Variables, can_rent, first_lead, may_retire, rent_limit

BREACH_PRICE = 20.0
"""Times the dearest chip, or times the money that is short: the price of breaking a rule that an
arrival can force to be broken.

A policy needs an answer in every state it can reach. A price far above any chip's worth keeps good
policies clear of it, and simulations report how often it was paid.
"""


def declare_decisions(
    graph: PolicyGraph, view: Problem, quarter: int, book: ColumnBook
) -> Variables:
    """Add the decisions of a quarter to a book that holds the state already."""
    offers, demanded = view.offers, view.work.demand > 0.0
    offered = (offers.may_order > 0.0) & (offers.supply > 0.0)
    in_time = quarter + first_lead(graph) < graph.n_stages
    orders = (offered & in_time[None])[:, :, None] & view.sites.takes[None]
    stands = (can_stand_ever(graph) & _stands_by(graph, quarter)[:, None])[None]
    able = (demanded[:, None, :] & (view.work.rate > 0.0)[None])[:, :, None, :]
    works = able & stands[:, :, :, None] & view.work.runs_at.T[None, None]
    somewhere: BoolArray = np.any(works, axis=2)
    pinned = view.work.pinned
    ports = can_port_ever(graph) & (quarter + graph.porting.quarters < graph.n_stages)
    none = np.zeros(1, dtype=np.bool_)
    return Variables(
        order=book.add(orders, whole=np.ones_like(orders)),
        cancel=book.add(cancellable(graph, quarter)),
        retired=book.add(stands & may_retire(graph)[None]),
        assign=book.add(somewhere & ~pinned),
        assign_at=book.add(works & pinned),
        rent=book.add(can_rent(view), upper=rent_limit(view)),
        unmet=book.add(demanded, upper=1.0),
        started=book.add(ports[None], upper=1.0, whole=np.ones_like(ports)[None]),
        caps=(),
        shares=(),
        budget=book.add(none),
        gang=book.add(np.zeros_like(works)),
        progress=book.add(np.zeros_like(demanded)),
        reached=book.add(np.zeros_like(demanded)),
    )


def _stands_by(graph: PolicyGraph, quarter: int) -> BoolArray:
    """``(K,)``: a chip may be there by a quarter."""
    held = np.any(graph.fleet.installed > 0.0, axis=1) | graph.offers.booked.any(axis=(1, 2))
    stands: BoolArray = (first_lead(graph) <= quarter) | held
    return stands


def declare_breaches(graph: PolicyGraph, book: ColumnBook) -> dict[str, Affine]:
    """Add one priced column a row of each rule that an arrival can force to be broken."""
    sites = np.ones((1, graph.sizes["S"]), dtype=np.bool_)
    one = np.ones(1, dtype=np.bool_)
    rules = ["budget"] if graph.budget is not None else []
    rules += [cap.name for cap in graph.caps if cap.counted is Counted.DELIVERY]
    rules += [share.name for share in graph.shares if share.counted is not Counted.ORDER]
    room = {"power": book.add(sites), "floor": book.add(sites)}
    return room | {rule: book.add(one) for rule in rules}


def eased(rows: Rows, breaches: dict[str, Affine]) -> Rows:
    """Return the rows of a rule with its breach, where it has one, in units of the row."""
    if rows.rule not in breaches:
        return rows
    return Rows(
        rule=rows.rule,
        axes=rows.axes,
        expression=rows.expression - breaches[rows.rule],
        limit=rows.limit,
        unit=rows.unit,
        scale=rows.scale,
    )


def breach_cost(graph: PolicyGraph, breaches: dict[str, Affine]) -> Affine:
    """Return the price of all breaches in the solver's money, grid ``(1,)``."""
    chip = float(graph.offers.price.max()) / MONEY
    lots = {cap.name: float(graph.offers.lot[cap.systems].max(initial=1.0)) for cap in graph.caps}
    parts = []
    for rule, columns in breaches.items():
        summed = columns.sum(1) if len(columns.shape) > 1 else columns
        unit = 1.0 if rule == "budget" else chip * lots.get(rule, 1.0)
        parts.append(summed.times(BREACH_PRICE * unit))
    return total(parts)


def ported_once(before: Affine, started: Affine) -> Rows:
    """Return the rows ``ported before + started <= 1``."""
    begun = before.pick(3, 0) + started
    names = ("stack", "workload")
    return at_most("ported", begun, limit=1.0, axes=names, unit="portings")
