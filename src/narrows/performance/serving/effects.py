"""From prior knowledge, or from draws of the posterior, to the constants of one machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.core import STRICT, read_record
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.constants import NAMES, Constants, from_free, to_free
from narrows.performance.serving.facts import FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Middle of a constant and the standard deviation of its logarithm or log-odds."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    value: float
    spread: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A shift that the constants named share, one for each member of a group."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    group: Literal["family", "engine", "generation"]
    id: str
    constants: tuple[str, ...]
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What kernel tables say of one member's effect: its middle as a logarithm, and its spread."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    group: Literal["family", "engine", "generation"]
    member: str
    id: str
    shift: float
    spread: float
    why: str

    @property
    def name(self) -> str:
        """The parameter that it is about."""
        return f"{self.group}:{self.member}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """The file ``serving.yaml``."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    constants: dict[str, Prior]
    effects: tuple[Effect, ...]
    evidence: tuple[Evidence, ...] = ()

    def told(self, name: str) -> Evidence | None:
        """Return what kernel tables say of a parameter."""
        return next((each for each in self.evidence if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Member:
    """The groups that a machine belongs to: its chip's family, its engine and that one's age.

    ``generation`` is the engine with its first two version numbers; the empty string where the
    version is not told.
    """

    family: str
    engine: str
    generation: str = ""

    def of(self, group: str) -> str:
        """Return the member of one group."""
        return {"family": self.family, "engine": self.engine}.get(group, self.generation)


def effect_name(effect: Effect, member: str) -> str:
    """Return the parameter name of an effect of one member."""
    return f"{effect.group}:{member}:{effect.id}"


def constants_of(priors: Priors, free: Mapping[str, Array], member: Member) -> Constants:
    """Return the constants of a machine from parameters on the unbounded scale.

    Parameters that ``free`` lacks stand at their prior middle.
    """
    values = {}
    for name in NAMES:
        middle = to_free(name, array(priors.constants[name].value))
        total = free.get(name, middle)
        for effect in priors.effects:
            if name in effect.constants:
                shift = effect_name(effect, member.of(effect.group))
                total = total + free.get(shift, prior_middle(priors, shift))
        values[name] = from_free(name, array(total))
    return Constants(**values)


def prior_spread(priors: Priors, name: str) -> float:
    """Return the prior standard deviation of a parameter."""
    if name in priors.constants:
        return priors.constants[name].spread
    told = priors.told(name)
    if told is not None:
        return told.spread
    group, _, effect_id = name.split(":")
    return next(e.spread for e in priors.effects if (e.group, e.id) == (group, effect_id))


def prior_middle(priors: Priors, name: str) -> float:
    """Return the prior middle of a parameter on the unbounded scale."""
    if name in priors.constants:
        return float(to_free(name, array(priors.constants[name].value)))
    told = priors.told(name)
    return 0.0 if told is None else told.shift


@lru_cache(maxsize=4)
def load_priors(root: Path | None = None) -> Priors:
    """Return the packaged priors, or those under ``root``.

    Raises
    ------
    InputError
        The file is missing or faulty.
    """
    return read_record((data_root() if root is None else root) / FOLDER / "serving.yaml", Priors)


def prior_draws(priors: Priors, names: tuple[str, ...], draws: int, seed: int) -> Array:
    """Return draws of parameters from their priors, shape ``(draws, len(names))``."""
    rng = np.random.default_rng(seed)
    middle = array([prior_middle(priors, name) for name in names])
    spread = array([prior_spread(priors, name) for name in names])
    return middle + spread * rng.standard_normal((draws, len(names)))
