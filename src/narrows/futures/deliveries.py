"""The chance of large deliveries by a day, as known on an earlier day, and what drives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from narrows.catalog import Catalog
from narrows.core import Estimate, Gate, GateState
from narrows.futures.arrivals import PATHS, Arrivals, arrivals
from narrows.futures.backtest_plan import DeliveryQuestion
from narrows.futures.chains import GateChains, fit_chains
from narrows.futures.conversion import fit_shares, load_conversion
from narrows.futures.prior import load_chain_prior
from narrows.futures.quarters import nearest_quarter
from narrows.futures.states import STATE_INDEX, STATES


@dataclass(frozen=True, slots=True)
class Driver:
    """What one gate alone would change.

    Attributes
    ----------
    now
        Likeliest state on the as-known day; ``None`` where the gate is not followed.
    p_passing
        Chance that the gate is not shut on the asked day.
    if_open, if_shut
        Chance of large deliveries with the gate held in that state from the first quarter on.
    evidence
        Ids of the records on this gate of this line.
    """

    gate: Gate
    now: GateState | None
    p_passing: float | None
    if_open: float
    if_shut: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeliveryAnswer:
    """The chance of at least ``large_chips`` by the asked day, and what drives it.

    ``under_other_priors`` is the same chance had the chain prior been another.
    """

    question: DeliveryQuestion
    chance: float
    delivered: Estimate
    drivers: tuple[Driver, ...]
    under_other_priors: Mapping[str, float]
    evidence: tuple[str, ...]


def answer_deliveries(
    catalog: Catalog, question: DeliveryQuestion, *, seed: int = 0
) -> DeliveryAnswer:
    """Answer from nothing but what was public on the question's day.

    Quarters are counted from the as-known day; the one that ends nearest to the asked day is
    taken.
    """
    asked = _Asked(catalog, question, seed)
    chains = fit_chains(catalog, known_on=question.known_on)
    base = asked.arrivals(chains, {})
    gates = [gate for gate in Gate if gate is not Gate.CLASSIFICATION]
    drivers = [_driver(asked, chains, gate) for gate in gates]
    return DeliveryAnswer(
        question=question,
        chance=asked.chance(base),
        delivered=base.by_quarter[-1],
        drivers=tuple(sorted(drivers, key=lambda driver: driver.if_shut - driver.if_open)),
        under_other_priors=_other_priors(asked),
        evidence=base.evidence,
    )


class _Asked:
    """The question with what is fitted once for all its variants."""

    def __init__(self, catalog: Catalog, question: DeliveryQuestion, seed: int) -> None:
        self.catalog, self.question, self.seed = catalog, question, seed
        self.quarter = nearest_quarter(question.known_on, question.by)
        self.model = load_conversion()
        self.shares = fit_shares(
            catalog, self.model, known_on=question.known_on, draws=PATHS, seed=seed
        )

    def arrivals(self, chains: GateChains, held: Mapping[Gate, GateState]) -> Arrivals:
        return arrivals(
            self.catalog,
            self.question.line,
            known_on=self.question.known_on,
            chips_ordered=self.question.chips_ordered,
            quarters=self.quarter,
            held=held,
            seed=self.seed,
            chains=chains,
            model=self.model,
            shares=self.shares,
        )

    def chance(self, got: Arrivals) -> float:
        return got.p_at_least(self.question.large_chips, quarter=self.quarter)


def _other_priors(asked: _Asked) -> dict[str, float]:
    prior = load_chain_prior()
    chances = {}
    for other in asked.question.other_priors:
        changed = replace(prior, jumps=other.jumps, dwell_years=other.dwell_years)
        chains = fit_chains(asked.catalog, known_on=asked.question.known_on, prior=changed)
        chances[other.id] = asked.chance(asked.arrivals(chains, {}))
    return chances


def _driver(asked: _Asked, chains: GateChains, gate: Gate) -> Driver:
    line = asked.question.line
    followed = gate in chains.gates_of(line)
    odds = chains.p_state(line, quarters=asked.quarter)[gate] if followed else None
    return Driver(
        gate=gate,
        now=None if odds is None else STATES[int(odds.mean[0].argmax())],
        p_passing=None if odds is None else float(1 - odds.mean[-1, STATE_INDEX[GateState.SHUT]]),
        if_open=asked.chance(asked.arrivals(chains, {gate: GateState.OPEN})),
        if_shut=asked.chance(asked.arrivals(chains, {gate: GateState.SHUT})),
        evidence=() if odds is None else odds.evidence,
    )
