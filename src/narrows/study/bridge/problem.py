"""The purchase problem of a study: one array a fact, from offers, rates, gates and futures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from narrows.planning import Axes, Budget, Cap, Problem, Risk, Tree
from narrows.study.bridge.calendar import QUARTERS_PER_YEAR, quarters_from
from narrows.study.bridge.electricity import with_domestic_sites
from narrows.study.bridge.exposure import exposure_rules
from narrows.study.bridge.known import stated
from narrows.study.bridge.offer_arrays import offer_arrays
from narrows.study.bridge.offers import Offer
from narrows.study.bridge.passage import Passage
from narrows.study.bridge.rates import Rates
from narrows.study.bridge.site_arrays import fleet_arrays, site_arrays
from narrows.study.bridge.standing import with_standing
from narrows.study.bridge.work_arrays import porting_arrays, rental_arrays, work_arrays
from narrows.study.facts import Facts

FloatArray = npt.NDArray[np.float64]
CAP = "cap"


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
        offers=offer_arrays(facts, offers, tree, passage),
        fleet=fleet_arrays(facts, offers),
        sites=site_arrays(facts, len(offers)),
        work=work_arrays(facts, rates, tree),
        rental=rental_arrays(facts, rates, tree, passage),
        porting=porting_arrays(facts, offers),
        caps=_caps(facts, offers, tree),
        shares=exposure_rules(facts, offers, tree.n_nodes),
        budget=_budget(facts),
        risk=_risk(facts),
    )
    if facts.booked is not None:
        problem = with_standing(problem, facts.booked, offers)
    return with_domestic_sites(problem, facts, offers, facts.domestic_only)


def _caps(facts: Facts, offers: Sequence[Offer], tree: Tree) -> tuple[Cap, ...]:
    cap = facts.study.cap
    mask = np.array([offer.id in cap.options for offer in offers], dtype=np.bool_)
    if not mask.any():
        return ()
    quota = stated(facts, cap.chips_per_quarter, "cap/chips a quarter")
    return (Cap(name=CAP, systems=mask, quota=np.full(tree.n_nodes, quota)),)


def _budget(facts: Facts) -> Budget:
    budget = facts.study.budget
    level = stated(facts, budget.per_quarter, "budget/per quarter")
    growth = stated(facts, budget.growth_per_quarter, "budget/growth")
    passed = 0 if facts.booked is None else facts.booked.elapsed
    quarter = passed + np.arange(facts.study.quarters, dtype=np.float64)
    release: FloatArray = level * np.power(1.0 + growth, quarter)
    return Budget(release=release, carry=1.0 if budget.carry_over else 0.0)


def _risk(facts: Facts) -> Risk:
    risk = facts.study.risk
    yearly = stated(facts, risk.discount_per_year, "discount")
    return Risk(
        discount=(1.0 + yearly) ** (-1.0 / QUARTERS_PER_YEAR),
        weight=stated(facts, risk.cvar_weight, "weight of the tail"),
        tail=stated(facts, risk.cvar_confidence, "level of the tail"),
        measure=risk.cvar_measure,
    )
