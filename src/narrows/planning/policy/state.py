"""What one quarter hands to the next: fleet, pipeline, banks, portings, as one flat vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from narrows.planning.affine import Affine
from narrows.planning.arrays import BoolArray, FloatArray
from narrows.planning.blocks.banks import weight_unit
from narrows.planning.columns import ColumnBook
from narrows.planning.matrix import MONEY
from narrows.planning.parts import Counted
from narrows.planning.policy.graph import PolicyGraph
from narrows.planning.policy.total_risk import weighs_total

T_ = TypeVar("T_", bound=np.generic)


@dataclass(frozen=True, kw_only=True)
class State:
    """Grids over the state vector, each with a leading axis of one.

    Attributes
    ----------
    fleet
        ``(1, K, S)`` chips.
    transit
        ``(1, K, S, L)`` lots by quarters left until the gate, 0 = due in the quarter to come.
    agreed
        ``(1, K, L)`` money agreed for them, in the solver's unit, where :func:`needs_agreed`.
    bond, bond_agreed
        ``(1, K, S)`` lots that wait at a shut gate, ``(1, K)`` money agreed for them.
    ported
        ``(1, Q, W, H)`` portings started at least ``h + 1`` quarters before the quarter to come.
    caps, shares, budget
        ``(1,)`` balances: chips, largest weights, the solver's money.
    beyond
        ``(1,)`` cost so far less the level of the tail, where the CVaR of the total is weighed.
    """

    fleet: Affine
    transit: Affine
    agreed: Affine
    bond: Affine
    bond_agreed: Affine
    ported: Affine
    caps: tuple[Affine, ...]
    shares: tuple[Affine, ...]
    budget: Affine
    beyond: Affine

    def grids(self) -> tuple[Affine, ...]:
        """Return all grids in the order of the vector."""
        return (
            self.fleet,
            self.transit,
            self.agreed,
            self.bond,
            self.bond_agreed,
            self.ported,
            *self.caps,
            *self.shares,
            self.budget,
            self.beyond,
        )


def declare_state(graph: PolicyGraph, book: ColumnBook) -> State:
    """Add the columns of a state to a book; the layout is the same in every quarter."""
    under_way = can_travel(graph)
    travels = graph.sites.takes[:, :, None] & under_way[:, None, :]
    holds = graph.offers.hold_until > 0
    one = np.ones(1, dtype=np.bool_)
    carried = [share.counted is not Counted.FLEET for share in graph.shares]
    return State(
        fleet=book.add(can_stand_ever(graph)[None]),
        transit=book.add(travels[None]),
        agreed=book.add((under_way & needs_agreed(graph)[:, None])[None]),
        bond=book.add((holds[:, None] & graph.sites.takes)[None]),
        bond_agreed=book.add((holds & needs_agreed(graph))[None]),
        ported=book.add(_porting_steps(graph)[None]),
        caps=tuple(book.add(one) for _ in graph.caps),
        shares=tuple(book.add(one if kept else ~one) for kept in carried),
        budget=book.add(one if graph.budget is not None else ~one),
        beyond=book.add(one if weighs_total(graph) else ~one),
    )


def can_travel(graph: PolicyGraph) -> BoolArray:
    """``(K, L)``: a lot of the system may be that many quarters and one from its gate."""
    lead = graph.offers.lead > 0.0
    last = lead.shape[1] - 1 - np.argmax(lead[:, ::-1], axis=1)
    offered = np.any((graph.offers.may_order > 0.0) & (graph.offers.supply > 0.0), axis=0)
    under_way = (np.arange(lead.shape[1])[None] < last[:, None]) & offered[:, None]
    due = graph.offers.booked.sum(axis=1)
    booked = np.cumsum(due[:, ::-1], axis=1)[:, ::-1] > 0.0
    either: BoolArray = under_way | as_leads(booked, lead.shape[1])
    return either


def as_leads(by_quarter: npt.NDArray[T_], leads: int) -> npt.NDArray[T_]:
    """Return values by quarter of arrival ``(..., T)`` by quarters left ``(..., L)``."""
    kept = by_quarter[..., :leads]
    padded = np.zeros((*kept.shape[:-1], leads), dtype=kept.dtype)
    padded[..., : kept.shape[-1]] = kept
    return padded


def needs_agreed(graph: PolicyGraph) -> BoolArray:
    """``(K,)``: the price of a lot under way depends on more than the quarter it was ordered in.

    It does not where nothing was ordered before the horizon and the price never changes, or is the
    same in all regimes, the lead certain and no lot waits; the money agreed then follows from the
    lots.
    """
    offers, regimes = graph.offers, len(graph.regimes)
    price = offers.price.reshape(graph.n_stages, regimes, -1)
    varies = np.any(price != price[:, :1], axis=(0, 1))
    moves = np.any(price != price[:1], axis=(0, 1))
    mixes = ((offers.lead > 0.0).sum(axis=1) > 1) | (offers.hold_until > 0)
    booked = offers.booked.any(axis=(1, 2))
    needed: BoolArray = varies | (moves & mixes) | booked
    return needed


def can_stand_ever(graph: PolicyGraph) -> BoolArray:
    """``(K, S)``: a chip may ever be there."""
    offers = graph.offers
    offered = np.any((offers.may_order > 0.0) & (offers.supply > 0.0), axis=0)
    held = (graph.fleet.installed > 0.0) | offers.booked.any(axis=2)
    stands: BoolArray = (offered[:, None] & graph.sites.takes) | held
    return stands


def can_port_ever(graph: PolicyGraph) -> BoolArray:
    """``(Q, W)``: left to the policy, not ported yet, and some system could do the work."""
    rate, stack = graph.work.rate, graph.porting.stack
    able = [np.any(rate[stack == q] > 0.0, axis=0) for q in range(graph.sizes["Q"])]
    possible: BoolArray = np.stack(able) & ~graph.porting.done
    return possible if graph.porting_start is None else np.zeros_like(possible)


def _porting_steps(graph: PolicyGraph) -> BoolArray:
    longest = max(int(graph.porting.quarters.max(initial=1)), 1)
    steps = np.arange(longest)[None, None] < np.maximum(graph.porting.quarters, 1)[:, :, None]
    chosen: BoolArray = steps & can_port_ever(graph)[:, :, None]
    return chosen


def opening_state(graph: PolicyGraph, state: State, size: int) -> FloatArray:
    """Return the state vector before the first quarter: what stands, is booked and is left."""
    vector = np.zeros(size)
    leads = graph.offers.lead.shape[1]
    _enter(vector, state.fleet, graph.fleet.installed)
    _enter(vector, state.transit, as_leads(graph.offers.booked, leads))
    if graph.offers.booked_value is not None:
        agreed = as_leads(graph.offers.booked_value.sum(axis=1), leads)
        _enter(vector, state.agreed, agreed / MONEY)
    for cap, balance in zip(graph.caps, state.caps, strict=True):
        _enter(vector, balance, np.array([cap.opening]))
    for share, credit in zip(graph.shares, state.shares, strict=True):
        _enter(vector, credit, np.array([share.opening / weight_unit(share)]))
    if graph.budget is not None:
        _enter(vector, state.budget, np.array([graph.budget.opening / MONEY]))
    return vector


def _enter(vector: FloatArray, grid: Affine, values: FloatArray) -> None:
    vector[grid.column] = values.ravel()[grid.cell]
