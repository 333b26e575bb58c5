"""The purchase problem of a study as a function of its uncertain inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from narrows.planning import Problem, Tree
from narrows.study.answered import Answered
from narrows.study.bridge.offers import Offer, make_offer
from narrows.study.bridge.outlook import single_tree
from narrows.study.bridge.passage import Way, find_ways, passage_by
from narrows.study.bridge.permission import Passing
from narrows.study.bridge.problem import make_problem
from narrows.study.bridge.rates import Rates
from narrows.study.facts import Facts
from narrows.study.schema import Option, Origin
from narrows.study.uncertain.changed import with_quantities
from narrows.study.uncertain.gates import GateDraws, gate_draws
from narrows.study.uncertain.inputs import Input, Stated, stated_inputs
from narrows.study.uncertain.speeds import Spread, faster, spread_of

FloatArray = npt.NDArray[np.float64]
Quantiles = Mapping[Input, float]
"""Quantile of each input that is moved; the others keep their middle value."""

BRANCHING: Mapping[int, int] = {1: 2, 3: 2}
"""Four leaves: the likeliest regime is told from the rest next quarter, and again after a year. A
sixth as dear as the plan's own tree, and of the small trees nearest to its wide draws."""
SPEEDS: Mapping[Origin, Input] = {
    Origin.IMPORT: Input.SPEED_IMPORT,
    Origin.DOMESTIC: Input.SPEED_DOMESTIC,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A problem and what its rules are weighed with."""

    facts: Facts
    offers: tuple[Offer, ...]
    problem: Problem


@dataclass(frozen=True, slots=True)
class World:
    """What a study's problem becomes when its uncertain inputs move.

    Attributes
    ----------
    stated
        What the study states with an interval, by group.
    bought, rentable
        Spreads of the rates of the planned options, and of the rentals.
    ways
        How each planned option gets through.
    gates
        ``None`` for a study that imports nothing.
    """

    answered: Answered
    stated: Mapping[Input, tuple[Stated, ...]]
    rates: Rates
    bought: Spread
    rentable: Spread
    ways: tuple[Way, ...]
    gates: GateDraws | None

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs that can move, in the order of :class:`Input`."""
        origins = {offer.option.origin for offer in self.answered.planned}
        moving = {SPEEDS[origin] for origin in origins if self.bought.is_known}
        if self.gates is not None:
            moving |= {Input.GATES, Input.PASSAGE}
        return tuple(one for one in Input if one in moving or one in self.stated)

    def at(self, quantiles: Quantiles) -> Drawn:
        """Return the problem with some inputs at a quantile in (0, 1)."""
        return self._on(self._tree(quantiles), quantiles)

    def on(self, tree: Tree) -> Drawn:
        """Return the problem on another tree of the same regimes, every input at its middle."""
        return self._on(tree, {})

    def _on(self, tree: Tree, quantiles: Quantiles) -> Drawn:
        facts = self._facts(quantiles)
        planned = tuple(make_offer(facts, option) for option in self._options(facts))
        judged = self.answered.judged
        passage = passage_by(self._ways(quantiles), facts, planned, judged, tree=tree)
        rates = self._rates(quantiles)
        problem = make_problem(facts, planned, rates, tree=tree, passage=passage)
        return Drawn(facts, planned, problem)

    def _facts(self, quantiles: Quantiles) -> Facts:
        old = self.answered.facts
        values = {
            one.path: one.at(share)
            for group, share in quantiles.items()
            for one in self.stated.get(group, ())
        }
        study = with_quantities(old.study, values)
        return Facts(old.catalog, study, booked=old.booked, domestic_only=old.domestic_only)

    def _options(self, facts: Facts) -> list[Option]:
        ids = {offer.id for offer in self.answered.planned}
        return [option for option in facts.study.options if option.id in ids]

    def _tree(self, quantiles: Quantiles) -> Tree:
        if self.gates is None:
            return single_tree(self.answered.facts.study.quarters)
        share = quantiles.get(Input.GATES)
        return self.gates.mean() if share is None else self.gates.at(share)

    def _ways(self, quantiles: Quantiles) -> Sequence[Way]:
        share = quantiles.get(Input.PASSAGE)
        if share is None:
            return self.ways
        return [way if way.let is None else replace(way, let=_at(way.let, share))
                for way in self.ways]  # fmt: skip

    def _rates(self, quantiles: Quantiles) -> Rates:
        factors = {
            origin: self.bought.factor(quantiles[one])
            for origin, one in SPEEDS.items()
            if one in quantiles
        }
        bought, rentable = np.ones_like(self.bought.up), np.ones_like(self.rentable.up)
        for row, offer in enumerate(self.answered.planned):
            if offer.option.origin in factors:
                bought[row] = factors[offer.option.origin][row]
        # What is rented are imported machines that stand elsewhere.
        if Input.SPEED_IMPORT in quantiles:
            rentable = self.rentable.factor(quantiles[Input.SPEED_IMPORT])
        return faster(self.rates, bought=bought, rentable=rentable)


def _at(let: Passing, share: float) -> Passing:
    """Return the passing shares at a quantile of each regime's draws."""
    return replace(let, drawn=np.quantile(let.drawn, share, axis=0)[None])


def make_world(answered: Answered, branching: Mapping[int, int] = BRANCHING) -> World:
    """Return the world of a study that was answered."""
    facts, planned, outlook = answered.facts, answered.planned, answered.outlook
    ids = [offer.id for offer in planned]
    rates = answered.rates.among(ids)
    ways = find_ways(facts, planned, answered.judged, outlook=outlook)
    let = next((way.let for way in ways if way.let is not None), None)
    gates = None
    if outlook is not None and let is not None:
        gates = gate_draws(outlook, let, quarters=facts.study.quarters, branching=branching)
    return World(
        answered=answered, stated=stated_inputs(facts), rates=rates,
        bought=_spread(rates, ids, facts),
        rentable=_spread(rates, [rental.id for rental in facts.study.rentals], facts),
        ways=ways, gates=gates,
    )  # fmt: skip


def _spread(rates: Rates, owners: Sequence[str], facts: Facts) -> Spread:
    works = [workload.id for workload in facts.study.workloads]
    table = {owner: {work: rates.of(owner, work) for work in works} for owner in owners}
    return spread_of(table, (len(owners), len(works)))
