"""What arrives of an order, quarter by quarter, as known on a day.

Chips wait at the first gate that has not passed them. In each quarter a gate passes a share of
what waits, drawn once a path for each gate and state, and what passes may pass the next gate in
the same quarter. Gates with a chain change state along the path; the others keep one reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from narrows.catalog import Catalog
from narrows.core import GATE_ORDER, Estimate, Gate, GateState, Obtained, from_draws
from narrows.futures.chains import GateChains, fit_chains
from narrows.futures.conversion import (
    ConversionModel,
    Shares,
    conversion_index,
    fit_shares,
    load_conversion,
)
from narrows.futures.states import FloatArray, IntArray

PATHS = 10_000
"""Paths a question: the chance of a rare delivery is then known to about half a percent."""
MATRIX_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Cumulative deliveries of one order.

    Attributes
    ----------
    by_quarter
        Estimate of chips delivered by the end of quarter 1, 2, ...
    paths
        Cumulative chips, shape ``(paths, quarters)``.
    evidence
        Ids of the records behind chains, beliefs and conversion.
    """

    line: str
    known_on: date
    chips_ordered: int
    by_quarter: tuple[Estimate, ...]
    paths: FloatArray = field(repr=False)
    evidence: tuple[str, ...]

    def p_at_least(self, chips: float, *, quarter: int) -> float:
        """Return the chance that at least ``chips`` are delivered by the end of a quarter (1..)."""
        return float(np.mean(self.paths[:, quarter - 1] >= chips))


def arrivals(
    catalog: Catalog,
    line: str,
    *,
    known_on: date,
    chips_ordered: int,
    quarters: int,
    readings: Mapping[Gate, GateState] | None = None,
    held: Mapping[Gate, GateState] | None = None,
    paths: int = PATHS,
    seed: int = 0,
    chains: GateChains | None = None,
    model: ConversionModel | None = None,
    shares: Shares | None = None,
) -> Arrivals:
    """Return the deliveries of an order placed on the as-known day.

    Parameters
    ----------
    readings
        States of gates that have no chain, for instance from the rules. Packaged defaults else.
    held
        States in which a gate with a chain is held from the first quarter on: for asking what one
        gate alone would change.
    chains, model, shares
        What was fitted before on the same day, to spare fitting it again.

    Raises
    ------
    UnknownNameError, RefusalError
        Nothing was known of the line on the day.
    ValueError
        ``chains`` were fitted on another day, or ``shares`` has another number of draws.
    """
    chains = chains or fit_chains(catalog, known_on=known_on)
    model = model or load_conversion()
    if shares is None:
        shares = fit_shares(catalog, model, known_on=known_on, draws=paths, seed=seed)
    _check_fitted(chains, shares, known_on, paths)
    states = _state_paths(chains, line, quarters, paths, seed)
    fixed = {**model.without_chain, **(readings or {})}
    states = {**_constant(fixed, paths, quarters), **states}
    states |= _constant(held or {}, paths, quarters)
    states |= _constant(
        {g: GateState.UNKNOWN for g in GATE_ORDER if g not in states}, paths, quarters
    )
    delivered = _deliver(states, shares, model) * chips_ordered
    return Arrivals(
        line=line,
        known_on=known_on,
        chips_ordered=chips_ordered,
        by_quarter=tuple(
            from_draws(delivered[:, quarter], "chip", Obtained.FITTED_EVENTS)
            for quarter in range(quarters)
        ),
        paths=delivered,
        evidence=_evidence(chains, line, shares),
    )


def _check_fitted(chains: GateChains, shares: Shares, known_on: date, paths: int) -> None:
    if chains.known_on != known_on:
        msg = f"chains were fitted on {chains.known_on}, not on {known_on}"
        raise ValueError(msg)
    if len(shares.draws) != paths:
        msg = f"{len(shares.draws)} draws of shares for {paths} paths"
        raise ValueError(msg)


def _evidence(chains: GateChains, line: str, shares: Shares) -> tuple[str, ...]:
    gates = chains.gates_of(line)
    fitted = {cite for gate in gates for cite in chains.chain(gate).evidence}
    believed = {cite for gate in gates for cite in chains.evidence_of(line, gate)}
    return tuple(sorted(fitted | believed | set(shares.evidence)))


def _constant(states: Mapping[Gate, GateState], paths: int, quarters: int) -> dict[Gate, IntArray]:
    return {
        gate: np.full((paths, quarters), conversion_index(state)) for gate, state in states.items()
    }


def _state_paths(
    chains: GateChains, line: str, quarters: int, paths: int, seed: int
) -> dict[Gate, IntArray]:
    """Simulate each chained gate at the end of quarters 1.., shape ``(paths, quarters)``."""
    return {
        gate: walk(
            chains.start(line, gate),
            chains.quarter_matrices(gate, draws=MATRIX_DRAWS, seed=seed),
            quarters=quarters,
            paths=paths,
            seed=[seed, 29, GATE_ORDER.index(gate)],
        )
        for gate in chains.gates_of(line)
    }


def walk(
    start: FloatArray, matrices: FloatArray, *, quarters: int, paths: int, seed: Sequence[int]
) -> IntArray:
    """Return states, shape ``(paths, quarters)``; path ``p`` is under draw ``p % draws``."""
    random = np.random.default_rng(list(seed))
    draw = np.arange(paths) % len(matrices)
    cumulative = np.cumsum(matrices, axis=2)
    state = np.searchsorted(np.cumsum(start)[:-1], random.random(paths), side="right")
    visited = np.empty((paths, quarters), dtype=np.int64)
    for quarter in range(quarters):
        row = cumulative[draw, state, :-1]
        state = (random.random(paths)[:, None] >= row).sum(axis=1)
        visited[:, quarter] = state
    return visited


def _deliver(states: Mapping[Gate, IntArray], shares: Shares, model: ConversionModel) -> FloatArray:
    """Cumulative delivered share of an order, shape ``(paths, quarters)``."""
    paths, quarters = next(iter(states.values())).shape
    index = np.arange(paths)
    waiting = np.zeros((len(model.each_quarter) + 1, paths))
    waiting[0] = 1.0
    for gate in model.once:
        waiting[0] *= shares.draws[index, GATE_ORDER.index(gate), states[gate][:, 0]]
    delivered = np.empty((paths, quarters))
    for quarter in range(quarters):
        for place, gate in enumerate(model.each_quarter):
            share = shares.draws[index, GATE_ORDER.index(gate), states[gate][:, quarter]]
            passed = waiting[place] * share
            waiting[place] -= passed
            waiting[place + 1] += passed
        delivered[:, quarter] = waiting[-1]
    return delivered
