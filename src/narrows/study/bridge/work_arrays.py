"""What has to be computed, rented and ported, as the planner's arrays. Money in CNY."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.planning import Porting, Rental, Tree, Work, by_node
from narrows.study.bridge.calendar import HOURS_PER_QUARTER, place
from narrows.study.bridge.goals import capability_clock, gangs
from narrows.study.bridge.known import figure_value, stated
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.passage import Passage
from narrows.study.bridge.rates import Rates
from narrows.study.facts import Facts
from narrows.study.schema import Workload

FloatArray = npt.NDArray[np.float64]


def demand_by_quarter(facts: Facts, workload: Workload) -> FloatArray:
    """Return the demand of a workload in its planner's unit, shape ``(T,)``."""
    study = facts.study
    given = workload.tokens_per_quarter or workload.tokens_per_s
    assert given is not None, "the loader checks that one is given"  # noqa: S101
    level = stated(facts, given, f"workloads/{workload.id}/demand")
    growth = stated(facts, workload.growth_per_quarter, f"workloads/{workload.id}/growth")
    begins = place(workload.start, study.start)
    quarter = np.arange(study.quarters)
    grown: FloatArray = level * (1.0 + growth) ** np.maximum(quarter - begins, 0)
    return np.where(quarter >= begins, grown, 0.0)


def work_arrays(facts: Facts, rates: Rates, tree: Tree) -> Work:
    """Return what has to be computed, at each node of a tree."""
    study = facts.study
    demand = np.stack([demand_by_quarter(facts, workload) for workload in study.workloads], axis=1)
    unmet = unmet_price(facts, rates)
    return Work(
        rate=rates.bought,
        demand=by_node(demand, tree),
        unmet_price=np.tile(unmet[:, None], (1, study.quarters)),
        unmet_max=np.tile([_unmet_max(facts, w) for w in study.workloads], (tree.n_nodes, 1)),
        runs_at=np.ones((len(study.workloads), len(study.sites)), dtype=np.bool_),
        capability=capability_clock(facts),
        gang=gangs(facts),
    )


def _unmet_max(facts: Facts, workload: Workload) -> float:
    """Return the share of the demand that may stay undone; all of it unless stated."""
    if workload.unmet_share_max is None:
        return 1.0
    return stated(facts, workload.unmet_share_max, f"workloads/{workload.id}/unmet share")


def unmet_price(facts: Facts, rates: Rates) -> FloatArray:
    """Return money per unit of work not done, shape ``(W,)``: a multiple of renting it."""
    multiple = stated(facts, facts.study.risk.unmet_multiple, "unmet multiple")
    rent = rental_price(facts)
    with np.errstate(divide="ignore"):
        per_unit = np.where(rates.rentable > 0.0, rent[:, None] / rates.rentable, np.inf)
    cheapest: FloatArray = multiple * per_unit.min(axis=0)
    for workload, price in zip(facts.study.workloads, cheapest, strict=True):
        if not np.isfinite(price):
            reason = f"no rental runs {workload.id}, so unserved work has no price"
            raise RefusalError(reason, (f"a rental that runs {workload.id}",))
    return cheapest


def rental_price(facts: Facts) -> FloatArray:
    """Return CNY per rented chip-quarter, shape ``(C,)``."""
    yuan = figure_value(facts.rate())
    return np.array(
        [
            stated(facts, rental.price, f"rentals/{rental.id}/price") * HOURS_PER_QUARTER * yuan
            for rental in facts.study.rentals
        ]
    )


def rental_arrays(facts: Facts, rates: Rates, tree: Tree, passage: Passage) -> Rental:
    """Return what may be rented, at each node of a tree."""
    study = facts.study
    may_run = np.array(
        [
            [float(workload.id in rental.workloads) for workload in study.workloads]
            for rental in study.rentals
        ]
    ).reshape(len(study.rentals), len(study.workloads))
    ceiling = np.array(
        [stated(facts, rental.ceiling, f"rentals/{rental.id}/ceiling") for rental in study.rentals]
    )
    allowed = may_run * passage.rental_allowed[:, None]
    nodes = tree.n_nodes
    return Rental(
        rate=rates.rentable,
        price=np.tile(rental_price(facts), (nodes, 1)),
        ceiling=np.tile(ceiling, (nodes, 1)),
        allowed=np.tile(allowed, (nodes, 1, 1)),
    )


def porting_arrays(facts: Facts, offers: Sequence[Offer]) -> Porting:
    """Return which stacks the systems need, and what porting a workload to them takes."""
    study = facts.study
    stacks = [porting.stack for porting in study.porting]
    workloads = len(study.workloads)

    def each(value: Callable[[int], float]) -> FloatArray:
        column = np.array([value(row) for row in range(len(stacks))])
        return np.tile(column[:, None], (1, workloads))

    costs = [stated(facts, p.cost, f"porting/{p.stack}/cost") for p in study.porting]
    return Porting(
        stack=np.array([stacks.index(offer.option.stack) for offer in offers], dtype=np.int64),
        done=each(lambda row: study.porting[row].done).astype(np.bool_),
        cost=each(lambda row: costs[row]),
        quarters=each(lambda row: study.porting[row].quarters).astype(np.int64),
    )
