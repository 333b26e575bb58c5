"""Chains of the gates of each line, fitted to what was known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from narrows.catalog import Catalog
from narrows.core import GATE_ORDER, Gate, RefusalError, UnknownNameError
from narrows.futures.belief import Unreported, filter_belief
from narrows.futures.history import Counts, History, count, histories
from narrows.futures.lines import Line, load_lines
from narrows.futures.posterior import (
    GammaRates,
    draw_generators,
    generator,
    posterior,
    quarter_matrix,
)
from narrows.futures.prior import ChainPrior, load_chain_prior
from narrows.futures.soft_news import SoftNews, load_soft_news, visible_news
from narrows.futures.states import FloatArray

DRAWS = 200
"""Outer posterior draws unless asked otherwise: the 5 % tails then rest on ten draws each."""


@dataclass(frozen=True, slots=True)
class GateChain:
    """The chain of one gate, shared by all lines.

    Attributes
    ----------
    rates
        Gamma posterior of the jump intensities.
    counts
        What was observed.
    evidence
        Ids of the records behind the counts.
    """

    gate: Gate
    rates: GammaRates
    counts: Counts
    evidence: tuple[str, ...]

    @property
    def mean_generator(self) -> FloatArray:
        """Posterior mean Q per year, shape ``(n, n)``."""
        return generator(self.rates.mean)

    def generators(self, *, draws: int, seed: int) -> FloatArray:
        """Return posterior draws of Q per year, shape ``(draws, n, n)``."""
        return draw_generators(self.rates, draws=draws, seed=[seed, GATE_ORDER.index(self.gate)])

    def quarter_matrices(self, *, draws: int = DRAWS, seed: int = 0) -> FloatArray:
        """Return ``expm(Q/4)`` of posterior draws, shape ``(draws, n, n)``."""
        return quarter_matrix(self.generators(draws=draws, seed=seed))


@dataclass(frozen=True, slots=True)
class StateOdds:
    """Chances of each state by quarter from the as-known day; arrays ``(quarters + 1, n)``.

    The band is over posterior draws of the intensities, not over what happens.
    """

    gate: Gate
    p05: FloatArray
    p50: FloatArray
    p95: FloatArray
    mean: FloatArray
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateChains:
    """All gate chains as known on a day, and the belief about where each line stands."""

    known_on: date
    prior: ChainPrior
    chains: Mapping[Gate, GateChain]
    histories: Mapping[tuple[str, Gate], History]
    beliefs: Mapping[tuple[str, Gate], FloatArray]
    soft: Mapping[tuple[str, Gate], tuple[Unreported, ...]]

    @property
    def lines(self) -> tuple[str, ...]:
        """Ids of the lines with at least one visible gate state."""
        return tuple(sorted({line for line, _ in self.histories}))

    def gates_of(self, line: str) -> tuple[Gate, ...]:
        """Return the gates of a line that are followed on the day, in gate order."""
        self._check_line(line)
        return tuple(gate for gate in GATE_ORDER if (line, gate) in self.beliefs)

    def chain(self, gate: Gate) -> GateChain:
        """Return the chain of a gate.

        Raises
        ------
        RefusalError
            No move of the gate was known on the day.
        """
        if gate not in self.chains:
            raise RefusalError(
                f"no state of the gate {gate} was known on {self.known_on}",
                (f"a dated event on {gate}",),
            )
        return self.chains[gate]

    def quarter_matrices(self, gate: Gate, *, draws: int = DRAWS, seed: int = 0) -> FloatArray:
        """Return quarter matrices of a gate, shape ``(draws, n, n)``."""
        return self.chain(gate).quarter_matrices(draws=draws, seed=seed)

    def start(self, line: str, gate: Gate) -> FloatArray:
        """Return the belief about a gate of a line on the day, shape ``(n,)``.

        Raises
        ------
        RefusalError
            Nothing was known of this gate of this line, or the line was followed no longer.
        """
        self._check_line(line)
        if (line, gate) not in self.beliefs:
            raise RefusalError(
                f"nothing was known of {gate} for {line} on {self.known_on}",
                (f"a dated event on {gate} of {line}",),
            )
        return self.beliefs[line, gate]

    def p_state(
        self, line: str, *, quarters: int, draws: int = DRAWS, seed: int = 0
    ) -> Mapping[Gate, StateOdds]:
        """Return the chances of each state of each gate of a line, by quarter."""
        return {
            gate: self._odds(
                line, gate, quarters, self.quarter_matrices(gate, draws=draws, seed=seed)
            )
            for gate in self.gates_of(line)
        }

    def _odds(self, line: str, gate: Gate, quarters: int, matrices: FloatArray) -> StateOdds:
        chances = propagate(self.start(line, gate), matrices, quarters=quarters)
        p05, p50, p95 = np.quantile(chances, (0.05, 0.5, 0.95), axis=0)
        return StateOdds(gate, p05, p50, p95, chances.mean(axis=0), self.evidence_of(line, gate))

    def evidence_of(self, line: str, gate: Gate) -> tuple[str, ...]:
        """Return the ids of the records behind the belief about a gate of a line."""
        hinted = [cite for signal in self.soft.get((line, gate), ()) for cite in signal.cites]
        return tuple(dict.fromkeys([*self.histories[line, gate].evidence, *hinted]))

    def _check_line(self, line: str) -> None:
        if line not in self.lines:
            raise UnknownNameError("line", line, self.lines)


def propagate(start: FloatArray, matrices: FloatArray, *, quarters: int) -> FloatArray:
    """Return ``start @ P**q`` for q = 0..quarters and each P, shape ``(draws, quarters+1, n)``."""
    chances = np.empty((len(matrices), quarters + 1, len(start)))
    chances[:, 0] = start
    for quarter in range(quarters):
        chances[:, quarter + 1] = np.einsum("di,dij->dj", chances[:, quarter], matrices)
    return chances


def fit_chains(
    catalog: Catalog,
    *,
    known_on: date,
    products: Sequence[str] | None = None,
    lines: Sequence[Line] | None = None,
    prior: ChainPrior | None = None,
    soft_news: SoftNews | None = None,
) -> GateChains:
    """Fit the chain of each gate to the moves that were public on a day.

    All lines share the chain of a gate; a line has its own history and belief.

    Parameters
    ----------
    products
        Ids of the lines whose history counts; all by default.
    lines, prior, soft_news
        The packaged ones by default. Soft news touches beliefs, never intensities.

    Raises
    ------
    UnknownNameError
        A product is not a line.
    RefusalError
        Nothing was known on the day.
    """
    every = load_lines() if lines is None else tuple(lines)
    prior = prior or load_chain_prior()
    found = histories(_chosen(every, products), catalog, known_on=known_on)
    if not found:
        raise RefusalError(f"no gate state was known on {known_on}", ("a dated event",))
    chains = {
        gate: _chain(gate, [history for history in found if history.gate is gate], prior)
        for gate in GATE_ORDER
        if any(history.gate is gate for history in found)
    }
    soft = visible_news(soft_news or load_soft_news(), catalog, known_on=known_on)
    by_key = {(history.line, history.gate): history for history in found}
    beliefs = {
        key: filter_belief(
            history,
            soft.get(key, ()),
            q=chains[history.gate].mean_generator,
            prior=prior,
            on=known_on,
        )
        for key, history in by_key.items()
        if not history.ended
    }
    return GateChains(known_on, prior, chains, by_key, beliefs, soft)


def _chosen(lines: Sequence[Line], products: Sequence[str] | None) -> Sequence[Line]:
    if products is None:
        return lines
    known = {line.id: line for line in lines}
    for name in products:
        if name not in known:
            raise UnknownNameError("line", name, tuple(sorted(known)))
    return [known[name] for name in sorted(set(products))]


def _chain(gate: Gate, found: Sequence[History], prior: ChainPrior) -> GateChain:
    counts = count(found)
    evidence = tuple(sorted({cite for history in found for cite in history.evidence}))
    return GateChain(gate, posterior(prior, counts), counts, evidence)
