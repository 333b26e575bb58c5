"""A calibration: the best parameters, draws around them, and the residual spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from narrows.catalog import data_root
from narrows.core import Obtained
from narrows.performance.arrays import Array
from narrows.performance.calibration.summary import fit_summary
from narrows.performance.calibration.table import (
    constants_from,
    parameters,
    prior_draws,
    prior_means,
)
from narrows.performance.constants import UNSEEN, Constants, Setting

DRAWS = 120
"""Enough for a 5 % quantile to within a few per cent of the spread; small enough for a file."""
SEED = 20_260_123


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Constants with their uncertainty.

    ``residual`` holds the log-error that remains on shapes left out of the fit, by
    :func:`residual_group`; ``measured_chips`` are the chips whose runs were in it.
    """

    name: str
    obtained: Obtained
    best: Array
    draws: Array
    residual: Mapping[str, float] = field(default_factory=dict)
    default_residual: float = 0.15
    extrapolation: float = 0.15
    """Additional log-spread for a chip that no run of the fit used."""
    measured_chips: frozenset[str] = frozenset()
    best_utilisation: Mapping[str, float] = field(default_factory=dict)
    """The highest utilisation that a run of the fit measured, by family and precision."""
    log_offset: float = 0.0
    """A cluster's own effect on the logarithm of step time, from a user's runs."""

    def log_spread(self, family: str, chip_id: str, *, routed: bool) -> float:
        """Return the log standard deviation that the draws do not cover."""
        own = self.residual.get(residual_group(family, routed=routed), self.default_residual)
        if chip_id in self.measured_chips:
            return own
        return float(np.hypot(own, self.extrapolation))


def residual_group(family: str, *, routed: bool) -> str:
    """Return the group whose rows share a residual: few families have enough rows of their own."""
    vendor = family.split("-")[0] if "-" in family or family == UNSEEN else POOLED
    return f"{vendor}/{'experts' if routed else 'dense'}"


POOLED = "gpu"
"""The families of one vendor whose software is the same; their residuals are pooled."""


def constants_at(calibration: Calibration, setting: Setting) -> tuple[Constants, Constants]:
    """Return the best constants, zero-dimensional, and the draws, shape ``(draws, 1)``."""
    best = constants_from(calibration.best, [setting])
    return best, constants_from(calibration.draws, [setting])


@cache
def packaged() -> Calibration:
    """Return the calibration that ships with the package, or the prior where there is none."""
    path = data_root() / "performance" / "training_draws.csv"
    if path.is_file():
        return read_calibration()
    return uncalibrated()


def uncalibrated() -> Calibration:
    """Return the first guesses with the spread that is believed of them."""
    return Calibration(
        name="first guess",
        obtained=Obtained.FIRST_GUESS,
        best=prior_means(),
        draws=prior_draws(DRAWS, SEED),
    )


def last_best() -> Array:
    """Return the last fit's best parameters, the prior of those that it did not have.

    From the prior alone the search stops in a valley next to the lowest one known.
    """
    path = data_root() / "performance" / "training_draws.csv"
    if not path.is_file():
        return prior_means()
    header, best = path.read_text(encoding="utf-8").splitlines()[:2]
    last = dict(zip(header.split(","), map(float, best.split(",")), strict=True))
    return np.array([last.get(each.name, each.mean) for each in parameters()])


def read_calibration() -> Calibration:
    """Read the packaged draws: a header of parameter names, then the best, then the draws."""
    path = data_root() / "performance" / "training_draws.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    table = np.array([[float(cell) for cell in row.split(",")] for row in rows])
    places = {name: place for place, name in enumerate(names)}
    columns = [places[each.name] for each in parameters()]
    summary = fit_summary()
    return Calibration(
        name="packaged",
        obtained=Obtained.CALIBRATED,
        best=table[0, columns],
        draws=table[1:, columns],
        residual=summary.residual,
        default_residual=summary.default_residual,
        extrapolation=summary.extrapolation,
        measured_chips=frozenset(summary.measured_chips),
        best_utilisation=summary.best_utilisation,
    )
