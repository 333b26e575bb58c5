"""Small random problems that use every rule, for tests of the planner against itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.parts import (
    NEVER_HELD,
    Axes,
    Budget,
    Cap,
    Capability,
    Counted,
    Fleet,
    Offers,
    Porting,
    Rental,
    Risk,
    Share,
    Sites,
    Work,
)
from narrows.planning.problem import Problem
from narrows.planning.tree import Tree, tree_from_chain

_LEADS = 4


def random_problem(seed: int, *, here_and_now: int = 1) -> Problem:
    """Return a small random problem, feasible because all demand may stay unmet."""
    draw, wishes = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    tree = _tree(draw)
    axes = _axes(draw, tree.n_stages)
    imported = draw.random(len(axes.systems)) < 0.5
    return Problem(
        tree=tree,
        axes=axes,
        offers=_offers(draw, tree, axes),
        fleet=_fleet(draw, axes),
        sites=_sites(draw, axes),
        work=_with_wishes(wishes, tree, _work(draw, tree, axes)),
        rental=_rental(draw, tree, axes),
        porting=_porting(draw, axes),
        caps=_caps(draw, tree, imported),
        shares=_shares(draw, tree, imported),
        budget=_budget(draw, axes),
        risk=Risk(
            discount=float(draw.choice([1.0, 0.97])),
            weight=float(draw.choice([0.0, 0.4])),
            tail=float(draw.choice([0.5, 0.8])),
        ),
        here_and_now=here_and_now,
    )


def _tree(draw: np.random.Generator) -> Tree:
    quarters, regimes = int(draw.integers(2, 6)), int(draw.integers(1, 4))
    steps = draw.dirichlet(np.ones(regimes), size=(quarters - 1, regimes))
    branching = {t: int(draw.integers(1, 4)) for t in range(1, min(quarters, 3))}
    return tree_from_chain(steps, draw.dirichlet(np.ones(regimes)), branching=branching)


def _axes(draw: np.random.Generator, quarters: int) -> Axes:
    def names(kind: str, low: int, high: int) -> tuple[str, ...]:
        return tuple(f"{kind}{i}" for i in range(int(draw.integers(low, high + 1))))

    return Axes(
        systems=names("system", 1, 4),
        sites=names("site", 1, 2),
        workloads=names("work", 1, 3),
        rentals=names("cloud", 0, 2),
        stacks=names("stack", 1, 3),
        quarters=tuple(f"q{t}" for t in range(quarters)),
    )


def _by_regime(draw: np.random.Generator, tree: Tree, values: FloatArray) -> FloatArray:
    """Node values of a quantity that scatters by regime around the given ``(K,)`` values."""
    spread = draw.uniform(0.6, 1.4, (len(tree.regimes), len(values)))
    return tree.expected(spread * values)


def _switch(draw: np.random.Generator, tree: Tree, count: int) -> FloatArray:
    """Permissions that are shut, part open or open by regime."""
    return tree.expected(draw.choice([0.0, 0.5, 1.0, 1.0], (len(tree.regimes), count)))


def _offers(draw: np.random.Generator, tree: Tree, axes: Axes) -> Offers:
    k, s, t = len(axes.systems), len(axes.sites), tree.n_stages
    lead = draw.dirichlet(np.ones(_LEADS), size=k) * (draw.random((k, _LEADS)) < 0.6)
    lead[:, 1] += 0.1
    lot = draw.choice([1.0, 8.0, 64.0], k)
    cancel = np.where(draw.random((k, 1)) < 0.5, draw.uniform(0.3, 1.0, (k, _LEADS)), np.nan)
    booked = draw.choice([0.0, 0.0, 4.0], (k, s, t)) / lot[:, None, None]
    agreed = booked * (lot * draw.uniform(1e4, 4e4, k))[:, None, None]
    return Offers(
        price=_by_regime(draw, tree, draw.uniform(1e4, 4e4, k)),
        duty=_by_regime(draw, tree, draw.choice([0.0, 0.25], k)),
        may_order=_switch(draw, tree, k),
        may_deliver=_switch(draw, tree, k),
        supply=_by_regime(draw, tree, draw.uniform(50.0, 400.0, k)),
        lot=lot,
        lead=lead / lead.sum(axis=1, keepdims=True),
        deposit=draw.choice([0.3, 1.0], k),
        blocked_refund=draw.uniform(0.0, 1.0, k),
        hold_until=draw.choice([NEVER_HELD, 2, 4], k),
        cancel_refund=cancel,
        end_value=draw.uniform(0.0, 3e3, (k, t)),
        booked=booked,
        booked_value=agreed if draw.random() < 0.5 else None,
    )


def _fleet(draw: np.random.Generator, axes: Axes) -> Fleet:
    k = len(axes.systems)
    return Fleet(
        power_kw=draw.uniform(0.8, 2.0, k),
        floor=draw.uniform(0.01, 0.05, k),
        availability=draw.uniform(0.85, 1.0, k),
        operating=draw.uniform(100.0, 400.0, (k, len(axes.quarters))),
        installed=draw.choice([0.0, 40.0], (k, len(axes.sites))),
    )


def _sites(draw: np.random.Generator, axes: Axes) -> Sites:
    s, t = len(axes.sites), len(axes.quarters)
    return Sites(
        power_kw=draw.uniform(100.0, 600.0, (s, t)),
        floor=draw.uniform(3.0, 20.0, (s, t)),
        energy_price=draw.uniform(50.0, 200.0, (s, t)),
        takes=np.ones((len(axes.systems), s), dtype=np.bool_),
    )


def _work(draw: np.random.Generator, tree: Tree, axes: Axes) -> Work:
    k, w, s = len(axes.systems), len(axes.workloads), len(axes.sites)
    runs_at: BoolArray = draw.random((w, s)) < 0.8
    runs_at[:, 0] = True
    return Work(
        rate=draw.uniform(0.5, 3.0, (k, w)) * (draw.random((k, w)) < 0.85),
        demand=_by_regime(draw, tree, draw.choice([0.0, 150.0, 400.0], w)),
        unmet_price=draw.uniform(3e3, 2e4, (w, tree.n_stages)),
        unmet_max=np.ones((tree.n_nodes, w)),
        runs_at=runs_at,
    )


def _with_wishes(draw: np.random.Generator, tree: Tree, work: Work) -> Work:
    """Add a gang and a capability clock to some workloads of some problems."""
    count, quarters = len(work.runs_at), tree.n_stages
    demand = work.demand[tree.stage == 0].mean(axis=0) * quarters
    within = draw.uniform(0.1, 0.8, count) * np.maximum(demand, 1.0)
    clock = Capability(
        target=np.where(draw.random(count) < 0.6, within, np.inf),
        delay_price=draw.uniform(1e5, 3e6, count),
    )
    gang = np.where(draw.random(count) < 0.5, draw.uniform(5.0, 80.0, count), 0.0)
    return replace(
        work,
        capability=clock if draw.random() < 0.5 else None,
        gang=gang if draw.random() < 0.5 else None,
    )


def _rental(draw: np.random.Generator, tree: Tree, axes: Axes) -> Rental:
    c, w = len(axes.rentals), len(axes.workloads)
    allowed = draw.choice([0.0, 0.5, 1.0], (len(tree.regimes), c, w))
    return Rental(
        rate=draw.uniform(0.5, 2.0, (c, w)),
        price=_by_regime(draw, tree, draw.uniform(3e3, 9e3, c)),
        ceiling=_by_regime(draw, tree, draw.uniform(0.0, 80.0, c)),
        allowed=tree.expected(allowed),
    )


def _porting(draw: np.random.Generator, axes: Axes) -> Porting:
    k, w, q = len(axes.systems), len(axes.workloads), len(axes.stacks)
    return Porting(
        stack=draw.integers(0, q, k),
        done=draw.random((q, w)) < 0.5,
        cost=draw.uniform(1e4, 1e6, (q, w)),
        quarters=draw.integers(0, 3, (q, w)),
    )


def _caps(draw: np.random.Generator, tree: Tree, imported: BoolArray) -> tuple[Cap, ...]:
    counted = (Counted.ORDER, Counted.DELIVERY)[int(draw.integers(2))]
    quota = _by_regime(draw, tree, np.array([150.0]))[:, 0]
    carry = float(draw.choice([0.0, 0.5, 1.0]))
    if counted is Counted.DELIVERY:
        # Booked lots must fit, or the cap could not hold whatever is planned.
        quota, carry = quota + 300.0, 1.0
    return (
        Cap(name="cap", systems=imported, quota=quota, carry=carry, counted=counted, opening=40.0),
    )


def _shares(draw: np.random.Generator, tree: Tree, imported: BoolArray) -> tuple[Share, ...]:
    counted = (Counted.ORDER, Counted.FLEET)[int(draw.integers(2))]
    share = tree.expected(draw.choice([0.0, 0.3, 0.8], len(tree.regimes)))
    weight = _by_regime(draw, tree, draw.uniform(1.0, 1e4, len(imported)))
    return (
        Share(
            name="share",
            domestic=~imported,
            others=imported,
            share=share,
            weight=weight,
            carry=float(draw.choice([0.0, 1.0])),
            counted=counted,
            opening=float(draw.choice([0.0, 1e4])),
        ),
    )


def _budget(draw: np.random.Generator, axes: Axes) -> Budget | None:
    if draw.random() < 0.3:
        return None
    # Enough for balance and duty of booked lots, which no plan can avoid.
    release = draw.uniform(3e6, 8e6, len(axes.quarters))
    carry = float(draw.choice([0.0, 1.0]))
    return Budget(release=release, carry=carry, opening=float(draw.choice([0.0, 1e6])))
