"""The packaged instance as a policy graph, at any number of quarters, regimes and shocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrows.planning.arrays import FloatArray
from narrows.planning.instance import SEED, packaged_instance
from narrows.planning.parts import Cap, Share
from narrows.planning.policy.graph import NestedRisk, PolicyGraph, Shocks, no_shocks
from narrows.planning.problem import Problem

SPREAD = 0.15
"""Standard deviation of the logarithm of each shock."""


def packaged_graph(
    *, quarters: int = 12, regimes: int = 4, shocks: int = 4, seed: int = SEED
) -> PolicyGraph:
    """Return the packaged instance with its regimes on a ladder from shut to open.

    A regime has a policy (how far imports are open) and a market (price level and supply, which
    persist). Shocks of demand, supply and quota come on top. Synthetic: for tests and timings.
    """
    base = packaged_instance(quarters=quarters)
    draw = np.random.default_rng([seed, regimes, shocks])
    opening = np.linspace(0.0, 1.0, regimes)
    tight = np.where(np.arange(regimes) % 2 == 0, 1.0, 0.85)
    return _graph(base, opening, tight, _shocks(draw, base, shocks))


def _graph(base: Problem, opening: FloatArray, tight: FloatArray, shocks: Shocks) -> PolicyGraph:
    quarters, regimes = base.n_stages, len(opening)
    systems = base.sizes["K"]
    imported = base.shares[0].others
    first = [int(base.tree.at_stage(t)[0]) for t in range(quarters)]

    def lattice(by_quarter: FloatArray) -> FloatArray:
        """Repeat a quarterly array for every regime, quarter by quarter."""
        return np.repeat(by_quarter, regimes, axis=0)

    def regime(values: FloatArray) -> FloatArray:
        """Repeat a regime's values for every quarter."""
        return np.tile(values, (quarters, *([1] * (values.ndim - 1))))

    offers, work, rental = base.offers, base.work, base.rental
    price_level = np.where(imported[None], 2.0 - tight[:, None], 1.0)
    gate = np.where(imported[None], np.minimum(1.0, 1.5 * opening)[:, None], 1.0)
    order = np.where(imported[None], (opening > 0.0)[:, None], 1.0)
    return PolicyGraph(
        regimes=tuple(f"regime{r}" for r in range(regimes)),
        start=min(1, regimes - 1),
        transition=np.stack([_ladder(regimes)] * (quarters - 1)),
        shocks=shocks,
        axes=base.axes,
        offers=replace(
            offers,
            price=lattice(offers.price[first]) * regime(price_level),
            duty=lattice(offers.duty[first]),
            may_order=regime(order),
            may_deliver=regime(gate),
            supply=lattice(offers.supply[first]) * regime(tight[:, None] * np.ones((1, systems))),
        ),
        fleet=base.fleet,
        sites=base.sites,
        work=replace(
            work, demand=lattice(work.demand[first]), unmet_max=lattice(work.unmet_max[first])
        ),
        rental=replace(
            rental,
            price=lattice(rental.price[first]),
            ceiling=lattice(rental.ceiling[first]),
            allowed=lattice(rental.allowed[first]),
        ),
        porting=base.porting,
        caps=(Cap(name="import_cap", systems=imported, quota=regime(500.0 * opening**2)),),
        shares=(
            Share(
                name="domestic_share",
                domestic=~imported,
                others=imported,
                share=regime(0.8 * (1.0 - opening)),
                weight=np.ones((quarters * regimes, systems)),
            ),
        ),
        budget=base.budget,
        risk=NestedRisk(discount=base.risk.discount),
    )


def _ladder(regimes: int) -> FloatArray:
    """Return a chain that stays, or moves a step or two, more often down than up."""
    place = np.arange(regimes)
    step = place[None, :] - place[:, None]
    weight = np.select([step == 0, step == 1, step == -1, abs(step) == 2], [8.0, 2.0, 2.5, 0.5])
    matrix: FloatArray = weight / weight.sum(axis=1, keepdims=True)
    return matrix


def _shocks(draw: np.random.Generator, base: Problem, count: int) -> Shocks:
    sizes = base.sizes
    if count == 1:
        return no_shocks(sizes["W"], sizes["K"])
    return Shocks(
        probability=np.full(count, 1.0 / count),
        demand=np.exp(SPREAD * draw.standard_normal((count, sizes["W"]))),
        supply=np.exp(2.0 * SPREAD * draw.standard_normal((count, sizes["K"]))),
        quota=np.exp(SPREAD * draw.standard_normal(count)),
    )
