"""The table of fitted parameters: a base for every constant and effects for its levels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from narrows.performance.arrays import Array, xp
from narrows.performance.constants import (
    NAMES,
    UNSEEN,
    WIDE,
    WIDE_PRECISION,
    Constants,
    Prior,
    Setting,
    priors,
    to_bounded,
    to_unbounded,
)
from narrows.performance.hardware import Precision, hardware_notes
from narrows.performance.software import generations


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that calibration may move, on the unbounded scale."""

    name: str
    mean: float
    spread: float


@cache
def parameters() -> tuple[Parameter, ...]:
    """Return all parameters, constant by constant: base, then effects of every level."""
    return tuple(parameter for prior in priors() for parameter in _of(prior))


def _of(prior: Prior) -> Iterator[Parameter]:
    yield Parameter(prior.name, to_unbounded(prior, prior.base), prior.spread)
    for kind, levels in _levels().items():
        factors, spread = _effect(prior, kind)
        for level in levels:
            factor = factors.get(level, 1.0)
            if spread > 0.0 or factor != 1.0:
                name = f"{prior.name}/{kind}/{level}"
                yield Parameter(name, math.log(factor), spread)


@cache
def _levels() -> Mapping[str, tuple[str, ...]]:
    software = tuple(dict.fromkeys(each.level for each in generations()))
    narrow = tuple(str(each) for each in Precision if each is not Precision.BF16)
    return {
        "family": (*sorted(hardware_notes().families), UNSEEN),
        "generation": (*software, UNSEEN),
        "precision": narrow,
    }


def _effect(prior: Prior, kind: str) -> tuple[Mapping[str, float], float]:
    return {
        "family": (prior.families, prior.family_spread),
        "generation": (prior.generations, prior.generation_spread),
        "precision": (prior.precisions, prior.precision_spread),
    }[kind]


def prior_means() -> Array:
    """Return the first guess of every parameter, shape ``(parameters,)``."""
    return np.array([each.mean for each in parameters()])


def prior_spreads() -> Array:
    """Return the standard deviation of every parameter before calibration."""
    return np.array([each.spread for each in parameters()])


def constants_from(values: Array, settings: Sequence[Setting]) -> Constants:
    """Return the constants of parameter values under settings.

    ``values`` of shape ``(parameters,)`` gives fields of shape ``(settings,)``; of shape ``(draws,
    parameters)``, fields of shape ``(draws, settings)``.
    """
    padded = np.concatenate([values, np.zeros((*values.shape[:-1], 1))], axis=-1)
    by_name = {prior.name: prior for prior in priors()}
    wide = [Setting(each.family, each.generation, WIDE_PRECISION) for each in settings]
    fields = {name: _field(by_name[name], padded, settings) for name in NAMES}
    fields[WIDE] = _field(by_name["gemm_efficiency"], padded, wide)
    return Constants(**{name: xp.array(value) for name, value in fields.items()})


def _field(prior: Prior, padded: Array, settings: Sequence[Setting]) -> Array:
    columns = np.array([_columns(prior.name, each) for each in settings])
    return to_bounded(prior, padded[..., columns].sum(axis=-1))


@cache
def _columns(name: str, setting: Setting) -> tuple[int, int, int, int]:
    """Return where a constant's base and three effects stand; the last column is zero."""
    places = _places()
    levels = _levels()
    family = setting.family if setting.family in levels["family"] else UNSEEN
    generation = setting.generation if setting.generation in levels["generation"] else UNSEEN
    nothing = len(parameters())
    return (
        places[name],
        places.get(f"{name}/family/{family}", nothing),
        places.get(f"{name}/generation/{generation}", nothing),
        places.get(f"{name}/precision/{setting.precision}", nothing),
    )


@cache
def _places() -> Mapping[str, int]:
    return {each.name: place for place, each in enumerate(parameters())}


def prior_draws(count: int, seed: int) -> npt.NDArray[np.float64]:
    """Return draws from the prior, shape ``(count, parameters)``."""
    noise = np.random.default_rng(seed).standard_normal((count, len(parameters())))
    return prior_means() + prior_spreads() * noise
