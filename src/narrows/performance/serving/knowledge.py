"""What is known of the constants: priors alone, or the posterior that measurements leave."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.catalog import data_root
from narrows.core import STRICT, InputError, Obtained, read_record
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.constants import NAMES, Constants
from narrows.performance.serving.effects import (
    Member,
    Priors,
    constants_of,
    effect_name,
    load_priors,
    prior_draws,
    prior_middle,
    prior_spread,
)
from narrows.performance.serving.facts import FOLDER

PRIOR_DRAWS = 64
"""Draws used until a posterior is packaged; its own draws hold afterwards."""
SEED = 20261123
PRIOR_RESIDUAL = 0.3
"""Log error that we expect of an uncalibrated roofline with a batch limit; a guess."""


class Doubt(StrEnum):
    """What makes a prediction less certain than one of a dense model in a known layout."""

    EXPERTS = "experts"
    DRAFTS = "drafts"
    SEARCHED = "searched"
    POOLS = "pools"
    CACHED = "cached"
    STAND_IN = "stand_in"
    UNSEEN = "unseen"


Doubts = Mapping[Doubt, float]
"""The doubts of a prediction and how far each holds: 1 for most, more with more drafts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residuals:
    """Standard deviations of the logarithm of measured over predicted on runs left out.

    ``families`` are of dense models in known layouts, by chip family with runs of its own.
    ``doubts`` are added in quadrature: a mixture of experts, three drafts of untold acceptance,
    a searched layout, pools whose split is searched too, prompts found in a prefix cache, a shape
    that stands in for the model's, and a family or an engine without runs. ``first_token`` is of
    times to first token.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    families: dict[str, float]
    engines: tuple[str, ...]
    doubts: dict[Doubt, float]
    first_token: float

    def spread(self, member: Member, doubts: Doubts) -> float:
        """Return the error of a machine under these doubts."""
        base = self.families.get(member.family, max(self.families.values(), default=0.0))
        added = sum((self.doubts.get(d, 0.0) * size) ** 2 for d, size in doubts.items())
        return float(np.sqrt(base**2 + added))

    def knows(self, member: Member) -> bool:
        """Whether both the family and the engine of a machine have runs of their own."""
        return member.family in self.families and member.engine in self.engines


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Parameters on the unbounded scale: the middle, and draws of shape ``(draws, names)``."""

    priors: Priors
    names: tuple[str, ...]
    middle: Array
    draws: Array
    residuals: Residuals
    obtained: Obtained

    def central(self, member: Member) -> Constants:
        """Return the middle constants of a machine."""
        return constants_of(self.priors, dict(zip(self.names, self.middle, strict=True)), member)

    def spread(self, member: Member) -> Constants:
        """Return drawn constants of a machine, shape ``(draws, 1)``.

        Effects of a family or an engine without runs are drawn from their prior spread.
        """
        free = {name: self.draws[:, [i]] for i, name in enumerate(self.names)}
        free |= self._unseen(member, free)
        return constants_of(self.priors, free, member)

    def residual(self, member: Member, doubts: Doubts) -> float:
        """Return the log error that the model leaves on a machine's rates and token times."""
        if self.residuals.knows(member):
            return self.residuals.spread(member, doubts)
        return self.residuals.spread(member, {**doubts, Doubt.UNSEEN: 1.0})

    def _unseen(self, member: Member, known: Mapping[str, Array]) -> dict[str, Array]:
        rng = np.random.default_rng(SEED)
        count = self.draws.shape[0]
        drawn = {}
        for effect in self.priors.effects:
            name = effect_name(effect, member.of(effect.group))
            noise = rng.standard_normal((count, 1))
            if name not in known:
                middle, spread = prior_middle(self.priors, name), prior_spread(self.priors, name)
                drawn[name] = middle + spread * noise
        return drawn


def spread_names(priors: Priors, members: tuple[Member, ...]) -> tuple[str, ...]:
    """Return the parameters that runs on ``members`` can tell something about."""
    effects = {
        effect_name(effect, member.of(effect.group))
        for effect in priors.effects
        for member in members
        if member.of(effect.group)
    }
    return (*NAMES, *sorted(effects))


@lru_cache(maxsize=4)
def load_knowledge(root: Path | None = None) -> Knowledge:
    """Return the packaged posterior, or the priors where there is none yet.

    Raises
    ------
    InputError
        A file is faulty.
    """
    folder = (data_root() if root is None else root) / FOLDER
    priors = load_priors(root)
    path = folder / "serving_posterior.csv"
    if not path.exists():
        return prior_knowledge(priors)
    names, table = _read_table(path)
    return Knowledge(
        priors=priors,
        names=names,
        middle=table[0],
        draws=table[1:],
        residuals=read_record(folder / "serving_residuals.yaml", Residuals),
        obtained=Obtained.CALIBRATED,
    )


def prior_knowledge(priors: Priors) -> Knowledge:
    """Return what is known before any serving run is looked at."""
    draws = prior_draws(priors, NAMES, PRIOR_DRAWS, SEED)
    return Knowledge(
        priors=priors,
        names=NAMES,
        middle=array([prior_middle(priors, name) for name in NAMES]),
        draws=draws,
        residuals=Residuals(
            families={},
            engines=(),
            doubts=dict.fromkeys(Doubt, PRIOR_RESIDUAL),
            first_token=2 * PRIOR_RESIDUAL,
        ),
        obtained=Obtained.FIRST_GUESS,
    )


def _read_table(path: Path) -> tuple[tuple[str, ...], Array]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    try:
        table = array([[float(cell) for cell in row] for row in rows[1:]])
    except ValueError as error:
        raise InputError(
            "the posterior is not a table of numbers",
            "write it again with the calibration script",
            file=path,
        ) from error
    return tuple(rows[0]), table
