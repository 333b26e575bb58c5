"""A packaged, seeded instance: synthetic, of realistic size, on which power and a cap bind.

Ten systems (three imported), three sites, six workloads, three stacks, four regimes. Its numbers
are drawn, not observed: use it for tests and timings, never for conclusions.
"""

from __future__ import annotations

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.parts import (
    NEVER_HELD,
    Axes,
    Budget,
    Cap,
    Fleet,
    Offers,
    Porting,
    Rental,
    Risk,
    Share,
    Sites,
    Work,
)
from narrows.planning.problem import Problem, by_node
from narrows.planning.tree import Tree, tree_from_chain

SEED = 20260123
SYSTEMS, IMPORTED, SITES, WORKLOADS, STACKS = 10, 3, 3, 6, 3
BRANCHING = {1: 3, 3: 3, 6: 3}
"""Three branchings of three: 27 leaves."""

_MAY_ORDER = np.array([0.0, 1.0, 1.0, 1.0])
_MAY_DELIVER = np.array([0.0, 0.5, 1.0, 1.0])
_QUOTA = np.array([0.0, 80.0, 160.0, 500.0])
_SHARE = np.array([0.0, 0.8, 0.6, 0.0])
_STEP = np.array(
    [
        [0.70, 0.20, 0.08, 0.02],
        [0.15, 0.60, 0.20, 0.05],
        [0.08, 0.17, 0.65, 0.10],
        [0.05, 0.10, 0.15, 0.70],
    ]
)
_START = np.array([0.0, 1.0, 0.0, 0.0])


def packaged_instance(quarters: int = 12, seed: int = SEED) -> Problem:
    """Return the packaged instance as a tree of 27 leaves (fewer under a short horizon)."""
    draw = np.random.default_rng(seed)
    branching = {quarter: count for quarter, count in BRANCHING.items() if quarter < quarters}
    tree = tree_from_chain(
        np.stack([_STEP] * (quarters - 1)),
        _START,
        branching=branching,
        regimes=("shut", "matched", "quota", "open"),
    )
    axes = _axes(quarters)
    offers = _offers(draw, tree)
    fleet = _fleet(draw, quarters)
    return Problem(
        tree=tree,
        axes=axes,
        offers=offers,
        fleet=fleet,
        sites=_sites(draw, quarters),
        work=_work(draw, tree),
        rental=_rental(draw, tree),
        porting=_porting(draw),
        caps=(Cap(name="import_cap", systems=_imported(), quota=tree.expected(_QUOTA)),),
        shares=(
            Share(
                name="domestic_share",
                domestic=~_imported(),
                others=_imported(),
                share=tree.expected(_SHARE),
                weight=np.ones((tree.n_nodes, SYSTEMS)),
            ),
        ),
        budget=Budget(release=np.full(quarters, 120e6)),
        risk=Risk(discount=0.98),
    )


def _imported() -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.arange(SYSTEMS) < IMPORTED


def _axes(quarters: int) -> Axes:
    return Axes(
        systems=tuple(f"{'import' if k < IMPORTED else 'home'}{k}" for k in range(SYSTEMS)),
        sites=tuple(f"site{s}" for s in range(SITES)),
        workloads=tuple(f"work{w}" for w in range(WORKLOADS)),
        rentals=("cloud",),
        stacks=tuple(f"stack{q}" for q in range(STACKS)),
        quarters=tuple(f"q{t:02d}" for t in range(quarters)),
    )


def _offers(draw: np.random.Generator, tree: Tree) -> Offers:
    quarters, imported = tree.n_stages, _imported()
    price = np.where(imported, draw.uniform(25e3, 40e3, SYSTEMS), draw.uniform(12e3, 25e3, SYSTEMS))
    trend = np.power(0.98, np.arange(quarters))[:, None] * price
    open_order = np.where(imported, tree.expected(_MAY_ORDER)[:, None], 1.0)
    open_gate = np.where(imported, tree.expected(_MAY_DELIVER)[:, None], 1.0)
    supply = np.where(imported, 3000.0, draw.uniform(400.0, 1500.0, SYSTEMS))
    lead = np.zeros((SYSTEMS, 4))
    lead[np.arange(SYSTEMS), draw.integers(1, 4, SYSTEMS)] = 1.0
    return Offers(
        price=by_node(trend, tree),
        duty=np.tile(np.where(imported, 0.25, 0.0), (tree.n_nodes, 1)),
        may_order=open_order,
        may_deliver=open_gate,
        supply=np.tile(supply, (tree.n_nodes, 1)),
        lot=np.where(imported, 8.0, draw.choice([8.0, 64.0, 384.0], SYSTEMS)),
        lead=lead,
        deposit=np.where(imported, 1.0, 0.3),
        blocked_refund=np.where(imported, 0.5, 1.0),
        hold_until=np.full(SYSTEMS, NEVER_HELD),
        cancel_refund=np.full((SYSTEMS, 4), np.nan),
        end_value=0.5 * np.outer(price, np.linspace(0.2, 1.0, quarters)),
        booked=np.zeros((SYSTEMS, SITES, quarters)),
    )


def _fleet(draw: np.random.Generator, quarters: int) -> Fleet:
    installed = np.zeros((SYSTEMS, SITES))
    installed[0, 0] = 800.0
    return Fleet(
        power_kw=draw.uniform(0.9, 2.0, SYSTEMS),
        floor=draw.uniform(0.02, 0.06, SYSTEMS),
        availability=draw.uniform(0.9, 0.98, SYSTEMS),
        operating=np.tile(draw.uniform(200.0, 400.0, (SYSTEMS, 1)), (1, quarters)),
        installed=installed,
    )


def _sites(draw: np.random.Generator, quarters: int) -> Sites:
    grid = np.linspace(1.0, 2.5, quarters)
    return Sites(
        power_kw=np.outer([1500.0, 1100.0, 900.0], grid),
        floor=np.outer([120.0, 90.0, 75.0], grid),
        energy_price=np.full((SITES, quarters), float(draw.uniform(120.0, 220.0))),
        takes=np.ones((SYSTEMS, SITES), dtype=np.bool_),
    )


def _work(draw: np.random.Generator, tree: Tree) -> Work:
    speed = np.where(_imported(), draw.uniform(2.4, 3.4, SYSTEMS), draw.uniform(0.6, 1.1, SYSTEMS))
    rate = speed[:, None] * draw.uniform(0.7, 1.3, (SYSTEMS, WORKLOADS))
    growth = np.power(1.12, np.arange(tree.n_stages))[:, None]
    demand = growth * draw.uniform(300.0, 900.0, WORKLOADS)
    return Work(
        rate=rate,
        demand=by_node(demand, tree),
        unmet_price=np.full((WORKLOADS, tree.n_stages), 9e3),
        unmet_max=np.ones((tree.n_nodes, WORKLOADS)),
        runs_at=np.ones((WORKLOADS, SITES), dtype=np.bool_),
    )


def _rental(draw: np.random.Generator, tree: Tree) -> Rental:
    allowed: FloatArray = np.full((tree.n_nodes, 1, WORKLOADS), 0.5)
    return Rental(
        rate=draw.uniform(1.2, 2.0, (1, WORKLOADS)),
        price=np.full((tree.n_nodes, 1), 6e3),
        ceiling=np.full((tree.n_nodes, 1), 400.0),
        allowed=allowed,
    )


def _porting(draw: np.random.Generator) -> Porting:
    stack = np.where(_imported(), 0, 1 + np.arange(SYSTEMS) % (STACKS - 1))
    done = np.zeros((STACKS, WORKLOADS), dtype=np.bool_)
    done[0] = True
    return Porting(
        stack=stack.astype(np.int64),
        done=done,
        cost=draw.uniform(0.5e6, 3e6, (STACKS, WORKLOADS)),
        quarters=draw.integers(1, 3, (STACKS, WORKLOADS)),
    )
