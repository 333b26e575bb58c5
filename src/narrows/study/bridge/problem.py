"""The planner's arrays from offers, rates, gates and futures. Money in CNY, power in kW."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.core import RefusalError
from narrows.planning import (
    NEVER_HELD,
    Axes,
    Budget,
    Cap,
    Fleet,
    Offers,
    Porting,
    Problem,
    Rental,
    Risk,
    Sites,
    Tree,
    Work,
    by_node,
)
from narrows.study.bridge.calendar import HOURS_PER_QUARTER, place, quarters_from
from narrows.study.bridge.electricity import with_domestic_sites
from narrows.study.bridge.exposure import exposure_rules
from narrows.study.bridge.goals import capability_clock, gangs
from narrows.study.bridge.known import figure_value
from narrows.study.bridge.offers import Offer, lead_shares, megawatts_to_kw
from narrows.study.bridge.rates import Rates
from narrows.study.bridge.standing import with_standing
from narrows.study.facts import Facts
from narrows.study.given import Given
from narrows.study.schema import Site, Study, Workload

FloatArray = npt.NDArray[np.float64]

QUARTERS_PER_YEAR = 4.0
CAP = "cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """By node and option: what may be ordered, what passes, and the duty on it.

    Shapes ``(N, K)``; shares in [0, 1].
    """

    may_order: FloatArray
    may_deliver: FloatArray
    duty: FloatArray
    rental_allowed: FloatArray
    """Shape ``(C,)``: 1 where the rules leave a way to rent, else 0."""


def make_problem(
    facts: Facts, offers: Sequence[Offer], rates: Rates, *, tree: Tree, passage: Passage
) -> Problem:
    """Return the purchase problem of a study."""
    study = facts.study
    quarters = quarters_from(study.start, study.quarters)
    problem = Problem(
        tree=tree,
        axes=Axes(
            systems=tuple(offer.id for offer in offers),
            sites=tuple(site.id for site in study.sites),
            workloads=tuple(workload.id for workload in study.workloads),
            quarters=quarters,
            rentals=tuple(rental.id for rental in study.rentals),
            stacks=tuple(porting.stack for porting in study.porting),
        ),
        offers=_offers(facts, offers, tree, passage),
        fleet=_fleet(facts, offers),
        sites=_sites(facts, len(offers)),
        work=_work(facts, rates, tree),
        rental=_rental(facts, rates, tree, passage),
        porting=_porting(facts, offers),
        caps=_caps(facts, offers, tree),
        shares=exposure_rules(facts, offers, tree.n_nodes),
        budget=_budget(facts),
        risk=_risk(facts),
    )
    if facts.booked is not None:
        problem = with_standing(problem, facts.booked, offers)
    return with_domestic_sites(problem, facts, offers, facts.domestic_only)


def _value(facts: Facts, given: Given, name: str) -> float:
    return facts.band(given, name).value


def _offers(facts: Facts, offers: Sequence[Offer], tree: Tree, passage: Passage) -> Offers:
    study = facts.study
    price = np.array([figure_value(offer.price_cny) for offer in offers])
    prices = np.tile(price, (tree.n_nodes, 1))
    longest = max(max(lead_shares(offer.option)) for offer in offers)
    return Offers(
        price=prices,
        duty=passage.duty,
        may_order=passage.may_order,
        may_deliver=passage.may_deliver,
        supply=by_node(_supply(study, offers), tree),
        lot=np.array([figure_value(offer.lot_chips) for offer in offers]),
        lead=np.stack([_lead(offer, longest) for offer in offers]),
        deposit=np.array([figure_value(offer.deposit) for offer in offers]),
        blocked_refund=np.array([figure_value(offer.refund) for offer in offers]),
        hold_until=np.array([_held_until(study, offer) for offer in offers], dtype=np.int64),
        cancel_refund=np.stack([_cancel(facts, offer, longest) for offer in offers]),
        end_value=np.stack([_end_value(study, value) for value in price]),
        booked=np.zeros((len(offers), len(study.sites), study.quarters)),
    )


def _supply(study: Study, offers: Sequence[Offer]) -> FloatArray:
    """Chips a quarter, shape ``(T, K)``; none before an option is available."""
    supply = np.tile([offer.supply.value for offer in offers], (study.quarters, 1))
    for column, offer in enumerate(offers):
        if offer.option.available is not None:
            supply[: max(place(offer.option.available, study.start), 0), column] = 0.0
    return supply


def _lead(offer: Offer, longest: int) -> FloatArray:
    lead = np.zeros(longest + 1)
    for quarters, share in lead_shares(offer.option).items():
        lead[quarters] = share
    return lead


def _held_until(study: Study, offer: Offer) -> int:
    until = offer.option.held_until
    return NEVER_HELD if until is None else max(place(until, study.start), 0)


def _cancel(facts: Facts, offer: Offer, longest: int) -> FloatArray:
    """Refund by age of the order; no right to cancel where the study states none."""
    refund = np.full(longest + 1, np.nan)
    if offer.option.refund_if_cancelled is not None:
        share = _value(facts, offer.option.refund_if_cancelled, f"options/{offer.id}/cancelled")
        refund[: max(lead_shares(offer.option))] = share
    return refund


def _end_value(study: Study, price_cny: float) -> FloatArray:
    """Value at the end of a chip that arrived in each quarter: straight line over its life."""
    age = study.quarters - np.arange(study.quarters)
    left: FloatArray = price_cny * np.maximum(1.0 - age / study.ownership.life_quarters, 0.0)
    return left


def _fleet(facts: Facts, offers: Sequence[Offer]) -> Fleet:
    study = facts.study
    upkeep = _value(facts, study.ownership.upkeep_per_year, "upkeep") / QUARTERS_PER_YEAR
    price = np.array([figure_value(offer.price_cny) for offer in offers])
    return Fleet(
        power_kw=np.array([offer.power_kw.value for offer in offers]),
        floor=np.array([figure_value(offer.racks) for offer in offers]),
        availability=np.array([offer.availability.value for offer in offers]),
        operating=np.tile((upkeep * price)[:, None], (1, study.quarters)),
        installed=_installed(facts, offers),
    )


def _installed(facts: Facts, offers: Sequence[Offer]) -> FloatArray:
    index = {offer.id: row for row, offer in enumerate(offers)}
    installed = np.zeros((len(offers), len(facts.study.sites)))
    for column, site in enumerate(facts.study.sites):
        for holding in site.holdings:
            if holding.option in index:
                name = f"sites/{site.id}/{holding.option}"
                installed[index[holding.option], column] += _value(facts, holding.chips, name)
    return installed


def _sites(facts: Facts, systems: int) -> Sites:
    """Power is what is left for the machines themselves, so overhead enters here and once."""
    study = facts.study
    pue = np.array([_value(facts, site.pue, f"sites/{site.id}/pue") for site in study.sites])
    price = np.array(
        [_value(facts, site.electricity, f"sites/{site.id}/electricity") for site in study.sites]
    )
    floor = np.array([_value(facts, site.floor, f"sites/{site.id}/floor") for site in study.sites])
    shape = (len(study.sites), study.quarters)
    return Sites(
        power_kw=np.stack([site_power_kw(facts, site) for site in study.sites]) / pue[:, None],
        floor=np.broadcast_to(floor[:, None], shape).copy(),
        energy_price=np.broadcast_to((price * pue * HOURS_PER_QUARTER)[:, None], shape).copy(),
        takes=np.ones((systems, len(study.sites)), dtype=np.bool_),
    )


def site_power_kw(facts: Facts, site: Site) -> FloatArray:
    """Return a site's power by quarter, overhead included, shape ``(T,)``."""
    study = facts.study
    power = np.zeros(study.quarters)
    for step in site.power:
        mw = _value(facts, step.power, f"sites/{site.id}/power from {step.start}")
        power[max(place(step.start, study.start), 0) :] = megawatts_to_kw(mw)
    return power


def demand_by_quarter(facts: Facts, workload: Workload) -> FloatArray:
    """Return the demand of a workload in its planner's unit, shape ``(T,)``."""
    study = facts.study
    given = workload.tokens_per_quarter or workload.tokens_per_s
    assert given is not None, "the loader checks that one is given"  # noqa: S101
    level = _value(facts, given, f"workloads/{workload.id}/demand")
    growth = _value(facts, workload.growth_per_quarter, f"workloads/{workload.id}/growth")
    begins = place(workload.start, study.start)
    quarter = np.arange(study.quarters)
    grown: FloatArray = level * (1.0 + growth) ** np.maximum(quarter - begins, 0)
    return np.where(quarter >= begins, grown, 0.0)


def _work(facts: Facts, rates: Rates, tree: Tree) -> Work:
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
    return _value(facts, workload.unmet_share_max, f"workloads/{workload.id}/unmet share")


def unmet_price(facts: Facts, rates: Rates) -> FloatArray:
    """Return money per unit of work not done, shape ``(W,)``: a multiple of renting it."""
    multiple = _value(facts, facts.study.risk.unmet_multiple, "unmet multiple")
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
            _value(facts, rental.price, f"rentals/{rental.id}/price") * HOURS_PER_QUARTER * yuan
            for rental in facts.study.rentals
        ]
    )


def _rental(facts: Facts, rates: Rates, tree: Tree, passage: Passage) -> Rental:
    study = facts.study
    may_run = np.array(
        [
            [float(workload.id in rental.workloads) for workload in study.workloads]
            for rental in study.rentals
        ]
    ).reshape(len(study.rentals), len(study.workloads))
    ceiling = np.array(
        [_value(facts, rental.ceiling, f"rentals/{rental.id}/ceiling") for rental in study.rentals]
    )
    allowed = may_run * passage.rental_allowed[:, None]
    nodes = tree.n_nodes
    return Rental(
        rate=rates.rentable,
        price=np.tile(rental_price(facts), (nodes, 1)),
        ceiling=np.tile(ceiling, (nodes, 1)),
        allowed=np.tile(allowed, (nodes, 1, 1)),
    )


def _porting(facts: Facts, offers: Sequence[Offer]) -> Porting:
    study = facts.study
    stacks = [porting.stack for porting in study.porting]
    workloads = len(study.workloads)

    def each(value: Callable[[int], float]) -> FloatArray:
        column = np.array([value(row) for row in range(len(stacks))])
        return np.tile(column[:, None], (1, workloads))

    costs = [_value(facts, p.cost, f"porting/{p.stack}/cost") for p in study.porting]
    return Porting(
        stack=np.array([stacks.index(offer.option.stack) for offer in offers], dtype=np.int64),
        done=each(lambda row: study.porting[row].done).astype(np.bool_),
        cost=each(lambda row: costs[row]),
        quarters=each(lambda row: study.porting[row].quarters).astype(np.int64),
    )


def _caps(facts: Facts, offers: Sequence[Offer], tree: Tree) -> tuple[Cap, ...]:
    cap = facts.study.cap
    mask = np.array([offer.id in cap.options for offer in offers], dtype=np.bool_)
    if not mask.any():
        return ()
    quota = _value(facts, cap.chips_per_quarter, "cap/chips a quarter")
    return (Cap(name=CAP, systems=mask, quota=np.full(tree.n_nodes, quota)),)


def _budget(facts: Facts) -> Budget:
    budget = facts.study.budget
    level = _value(facts, budget.per_quarter, "budget/per quarter")
    growth = _value(facts, budget.growth_per_quarter, "budget/growth")
    passed = 0 if facts.booked is None else facts.booked.elapsed
    quarter = passed + np.arange(facts.study.quarters, dtype=np.float64)
    release: FloatArray = level * np.power(1.0 + growth, quarter)
    return Budget(release=release, carry=1.0 if budget.carry_over else 0.0)


def _risk(facts: Facts) -> Risk:
    risk = facts.study.risk
    yearly = _value(facts, risk.discount_per_year, "discount")
    return Risk(
        discount=(1.0 + yearly) ** (-1.0 / QUARTERS_PER_YEAR),
        weight=_value(facts, risk.cvar_weight, "weight of the tail"),
        tail=_value(facts, risk.cvar_confidence, "level of the tail"),
        measure=risk.cvar_measure,
    )
