"""A user's own cluster: one effect on step time, with the errors that it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from narrows.catalog import Catalog
from narrows.core import STRICT, InputError, RefusalError, read_record
from narrows.performance.arrays import Array
from narrows.performance.calibration.draws import Calibration
from narrows.performance.calibration.observations import (
    Observation,
    Unused,
    read_observations,
)
from narrows.performance.training.choose import chosen, evaluate_stack
from narrows.performance.training.predict import is_routed
from narrows.performance.training.stack import stacked

ROW_NOISE = 0.06
"""Log standard deviation of one measured run about its cluster's own level."""
LEAST_RESIDUAL = 0.03
"""No handful of runs shows that a cluster varies less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCalibration:
    """What a user's runs say about one cluster; the content of the file that keeps it."""

    __pydantic_config__ = STRICT

    name: str
    runs: int
    log_offset: float
    """Measured over predicted, on the log scale, shrunk towards zero."""
    residual: float
    """Log standard deviation about the shifted predictions, each run left out once."""
    median_error_before: float
    median_error_after: float
    chips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnFit:
    """A calibration, and the rows of its table that it could not use."""

    own: OwnCalibration
    unused: tuple[Unused, ...]


def calibrate_own(runs: Path, catalog: Catalog, packaged: Calibration, *, name: str) -> OwnFit:
    """Return the calibration of a user's own runs on top of the packaged one.

    Raises
    ------
    RefusalError
        No row of the file can be predicted and has a measured time.
    """
    found, unread = read_observations(runs, catalog)
    rows = [each for each in found if each.asked.strategies]
    open_rows = (each for each in found if not each.asked.strategies)
    unused = (*unread, *(Unused(each.asked.id, "no layout is stated") for each in open_rows))
    if not rows:
        why = f" ({unused[0].id}: {unused[0].reason})" if unused else ""
        raise RefusalError(
            f"no row of {runs.name} has a known chip, model, layout and measured time{why}",
            ("measured_step_s or tokens_per_s_per_chip",),
        )
    logs = _log_ratios(rows, packaged)
    family = rows[0].asked.cluster.hardware.family
    chip_id, routed = rows[0].asked.cluster.hardware.chip_id, is_routed(rows[0].asked.shape)
    between = packaged.log_spread(family, chip_id, routed=routed)
    offset = _shrunk(logs, between)
    left = np.array([log - _shrunk(np.delete(logs, i), between) for i, log in enumerate(logs)])
    own = OwnCalibration(
        name=name,
        runs=len(rows),
        log_offset=round(offset, 5),
        residual=round(max(LEAST_RESIDUAL, float(np.sqrt(np.mean(left**2)))), 5),
        median_error_before=round(float(np.median(np.abs(np.expm1(logs)))), 5),
        median_error_after=round(float(np.median(np.abs(np.expm1(left)))), 5),
        chips=tuple(sorted({each.asked.cluster.hardware.chip_id for each in rows})),
    )
    return OwnFit(own, unused)


def _log_ratios(rows: Sequence[Observation], packaged: Calibration) -> Array:
    pairs = chosen([each.asked for each in rows], packaged.best)
    step_s = evaluate_stack(stacked(pairs), packaged.best).step_s
    return np.asarray(np.log([each.measured.step_s for each in rows]) - np.log(step_s))


def _shrunk(logs: Array, between: float) -> float:
    """Return the posterior mean of a cluster's effect, prior ``N(0, between^2)``."""
    if not logs.size:
        return 0.0
    precision = logs.size / ROW_NOISE**2
    return float(logs.mean() * precision / (precision + 1.0 / between**2))


def write_own(own: OwnCalibration, path: Path) -> None:
    """Keep a calibration in a file that a person can read."""
    fields = {name: getattr(own, name) for name in OwnCalibration.__dataclass_fields__}
    fields["chips"] = list(own.chips)
    try:
        path.write_text(yaml.safe_dump(fields, sort_keys=False), encoding="utf-8")
    except OSError as error:
        problem = f"file cannot be written ({error.strerror})"
        raise InputError(problem, "check the folder", file=path) from error


def read_own(path: Path, packaged: Calibration) -> Calibration:
    """Return the packaged calibration moved to a user's cluster."""
    own = read_record(path, OwnCalibration)
    families = dict.fromkeys(packaged.residual, own.residual)
    return replace(
        packaged,
        name=own.name,
        log_offset=own.log_offset,
        residual=families,
        measured_chips=packaged.measured_chips | frozenset(own.chips),
    )
