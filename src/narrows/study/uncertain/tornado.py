"""One input at a time at the ends of its interval, the plan re-solved: what matters most."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.planning import Optimum, optimum
from narrows.planning.basis import Basis
from narrows.study.schema import Origin
from narrows.study.uncertain.inputs import Input
from narrows.study.uncertain.world import Quantiles, World

ENDS = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Reached:
    """What an input moved alone leads to.

    Attributes
    ----------
    chips
        Of the leading import ordered in the first quarter, lots relaxed; ``None`` for a study that
        imports nothing.
    """

    cost: float
    chips: float | None


@dataclass(frozen=True, slots=True)
class Swing:
    """One input at both ends."""

    input: Input
    low: Reached
    high: Reached

    @property
    def width(self) -> float:
        """How far apart the costs are."""
        return abs(self.high.cost - self.low.cost)


@dataclass(frozen=True, slots=True)
class Tornado:
    """All inputs at their middle, and each at both ends, the widest first."""

    middle: Reached
    swings: tuple[Swing, ...]


def tornado(world: World) -> Tornado:
    """Return what each input does alone.

    Raises
    ------
    NoPlanError
        With an input at an end no plan satisfies the rules.
    """
    middle = optimum(world.at({}).problem)
    swings = [_swing(world, one, middle.basis) for one in world.inputs]
    ordered = sorted(swings, key=lambda one: -one.width)
    return Tornado(_reached(world, middle), tuple(ordered))


def _swing(world: World, one: Input, start: Basis) -> Swing:
    low, high = (reach(world, {one: end}, start) for end in ENDS)
    return Swing(one, low, high)


def reach(world: World, quantiles: Quantiles, start: Basis) -> Reached:
    """Return cost and first order with inputs at some quantiles."""
    return _reached(world, optimum(world.at(quantiles).problem, start))


def _reached(world: World, found: Optimum) -> Reached:
    return Reached(found.cost, first_order_chips(world, found))


def leading_import(world: World) -> int | None:
    """Return the place of the first planned import option."""
    planned = enumerate(world.answered.planned)
    return next((k for k, offer in planned if offer.option.origin is Origin.IMPORT), None)


def first_order_chips(world: World, found: Optimum) -> float | None:
    """Return the chips of the leading import ordered in the first quarter."""
    place = leading_import(world)
    if place is None:
        return None
    # The solver's rounding may leave a hair below nothing.
    lot = float(world.answered.problem.offers.lot[place])
    return max(float(found.orders[0, place].sum()) * lot, 0.0)
