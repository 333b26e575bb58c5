"""The share of an order that passes each gate, by state: prior, observations, weighted draws.

Draws come from the Beta priors and are weighted by how well the product over the gates explains
each observed share (sampling importance resampling). Only observations public on the day count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict
from scipy.special import betainc

from narrows.catalog import Catalog
from narrows.core import GATE_ORDER, STRICT, Gate, GateState, InputError, read_record
from narrows.futures.history import Register
from narrows.futures.lines import DATA
from narrows.futures.states import STATES, FloatArray

CONVERSION_STATES = (*STATES, GateState.UNKNOWN)
"""States with a conversion prior: those of the chain, and a gate of which nothing is known."""

PRIOR_DRAWS = 20_000
"""Enough that the resampled draws keep hundreds of distinct values after four observations."""

CHANCE_MIN = 1e-9
"""Keeps Beta parameters positive and logs finite; far below any share that is observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaPrior:
    """Beta(a, b) on a share."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    a: float
    b: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRange:
    """A share known to lie between two values."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Of what was ordered, the share delivered in a quarter with the gates as they stood."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    cites: tuple[str, ...]
    states: Mapping[Gate, GateState]
    share: ShareRange
    weight: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionModel:
    """Priors, the gates they apply to, and the observations."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    because: str
    each_quarter: tuple[Gate, ...]
    once: tuple[Gate, ...]
    prior: Mapping[GateState, BetaPrior]
    without_chain: Mapping[Gate, GateState]
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """Posterior draws of the shares.

    Attributes
    ----------
    draws
        Shape ``(draws, gates, states)`` in the order of ``GATE_ORDER`` and
        :data:`CONVERSION_STATES`.
    effective
        Effective number of prior draws behind them.
    evidence
        Ids of the records behind the observations.
    """

    draws: FloatArray
    effective: float
    evidence: tuple[str, ...]


def load_conversion(path: Path = DATA / "conversion.yaml") -> ConversionModel:
    """Read the conversion model.

    Raises
    ------
    InputError
        The file is not valid, or does not place each gate and state exactly once.
    """
    model = read_record(path, ConversionModel)
    if sorted((*model.each_quarter, *model.once)) != sorted(GATE_ORDER):
        raise InputError("each gate must stand in one list", "place all seven", file=path)
    if set(model.prior) != set(CONVERSION_STATES):
        raise InputError("each state needs a prior", "give all five", file=path)
    for seen in model.observations:
        if set(seen.states) != set(GATE_ORDER):
            raise InputError("an observation needs seven gates", "add them", path, value=seen.id)
    return model


def conversion_index(state: GateState) -> int:
    """Return the place of a state; a gate that was not checked is one of which nothing is known."""
    known = GateState.UNKNOWN if state is GateState.NOT_CHECKED else state
    return CONVERSION_STATES.index(known)


def fit_shares(
    catalog: Catalog, model: ConversionModel, *, known_on: date, draws: int, seed: int
) -> Shares:
    """Return posterior draws of the shares as known on a day."""
    random = np.random.default_rng([seed, 17])
    register = Register(catalog, known_on)
    seen = [one for one in model.observations if register.shows(one.cites)]
    prior = _prior_draws(model, random)
    weights = np.exp(_log_likelihood(prior, seen))
    weights /= weights.sum()
    chosen = random.choice(len(prior), size=draws, p=weights)
    evidence = tuple(sorted({cite for one in seen for cite in one.cites}))
    return Shares(prior[chosen], float(1.0 / np.square(weights).sum()), evidence)


def _prior_draws(model: ConversionModel, random: np.random.Generator) -> FloatArray:
    priors = [model.prior[state] for state in CONVERSION_STATES]
    a, b = np.array([p.a for p in priors]), np.array([p.b for p in priors])
    size = (PRIOR_DRAWS, len(GATE_ORDER), len(CONVERSION_STATES))
    return np.asarray(random.beta(a, b, size=size))


def _log_likelihood(prior: FloatArray, seen: Sequence[Observation]) -> FloatArray:
    """Log chance of each observed range given the product of shares, shape ``(draws,)``."""
    total = np.zeros(len(prior))
    for one in seen:
        states = [conversion_index(one.states[gate]) for gate in GATE_ORDER]
        passed = np.prod(prior[:, np.arange(len(GATE_ORDER)), states], axis=1)
        total += np.log(range_chance(passed, one.share, one.weight))
    return total


def range_chance(passed: FloatArray, share: ShareRange, weight: float) -> FloatArray:
    """Chance that a share scattered around ``passed`` as Beta with ``weight`` lies in a range."""
    mean = np.clip(passed, CHANCE_MIN, 1.0 - CHANCE_MIN)
    a, b = weight * mean, weight * (1.0 - mean)
    chance = np.asarray(betainc(a, b, share.high)) - np.asarray(betainc(a, b, share.low))
    return np.asarray(np.maximum(chance, CHANCE_MIN))
