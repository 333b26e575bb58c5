"""Print how far fits miss training runs that they never saw.

Every choice about the training model's constants is made by this table, from rows with ``split =
calibrate`` alone. Each run is predicted by a fit without its model shape, or without its source;
sources, then model kinds, stand apart.

    python bench/training_left_out.py                      # Ascend, shapes left out
    python bench/training_left_out.py --family all --by source
    python bench/training_left_out.py --rows               # one line a run besides

``log score`` is the mean log density of the measured times (higher is better); ``inside`` and
``width`` are of the 90 % interval that the packaged residual gives. Two to three CPU minutes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from narrows.catalog import data_root, load_catalog
from narrows.performance.arrays import Array
from narrows.performance.calibration import packaged
from narrows.performance.calibration.draws import last_best
from narrows.performance.calibration.fit import fit
from narrows.performance.calibration.left_out import by_shape, by_source, left_out_errors
from narrows.performance.calibration.observations import Observation, observations
from narrows.performance.training.answer import log_spread
from narrows.performance.training.predict import NORMAL_95, is_routed

FOLDS = {"shape": by_shape, "source": by_source}
EVERY = "all"


@dataclass(frozen=True)
class Missed:
    """One run, the log error of a fit that never saw it, and the spread that was claimed."""

    row: Observation
    log_error: float
    log_spread: float

    @property
    def group(self) -> tuple[str, str, str]:
        """Where the run stands in the table."""
        kind = "experts" if is_routed(self.row.asked.shape) else "dense"
        return self.row.asked.cluster.hardware.family, kind, self.row.asked.source


def main() -> None:
    """Read the calibration rows, leave out, print."""
    asked = arguments()
    start_s = time.process_time()
    path = data_root() / "measurements" / "training_runs.csv"
    known = [each for each in observations(path, load_catalog()) if each.asked.strategies]
    rows = [each for each in known if each.split == "calibrate"]
    left = [each for each in rows if asked.family in (EVERY, each.asked.cluster.hardware.family)]
    missed = misses(rows, left, asked.by)
    if asked.rows:
        for each in sorted(missed, key=lambda one: one.log_error):
            print(
                f"{each.row.asked.id:14s} {by_shape(each.row):14s} {np.expm1(each.log_error):+.1%}"
            )
    print(
        f"left out by {asked.by}".ljust(48)
        + "rows median   p90   bias    rms  log score inside width"
    )
    for name, group in groups(missed).items():
        print(f"{name:48s}{line(group)}")
    print(f"{len(left)} runs, {time.process_time() - start_s:.0f} CPU s")


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--family", default="ascend-910", help="a chip family, or all")
    parser.add_argument("--by", choices=sorted(FOLDS), default="shape")
    parser.add_argument("--rows", action="store_true", help="one line a run besides")
    return parser.parse_args()


def misses(rows: Sequence[Observation], left: Sequence[Observation], by: str) -> list[Missed]:
    """Return every run of ``left`` with its error under a fit without its fold."""
    whole = fit(rows, start=last_best())
    found = left_out_errors(rows, left=left, fold=FOLDS[by], whole=whole)
    residual = np.array([log_spread(each.asked, packaged()) for each in left])
    spreads = np.hypot(found.log_spread, residual)
    return [Missed(*each) for each in zip(left, found.log_error, spreads, strict=True)]


def groups(missed: Sequence[Missed]) -> dict[str, list[Missed]]:
    """Return the runs by family and kind, then by source within those."""
    found: dict[str, list[Missed]] = {}
    for each in sorted(missed, key=lambda one: one.group):
        family, kind, source = each.group
        found.setdefault(f"{family} {kind}", []).append(each)
        found.setdefault(f"  {family} {kind}, {source}", []).append(each)
    return found


def line(group: Sequence[Missed]) -> str:
    """Return a group's figures, every run the same weight."""
    errors: Array = np.array([each.log_error for each in group])
    spreads: Array = np.array([each.log_spread for each in group])
    sizes = np.abs(np.expm1(errors))
    score = -0.5 * (errors / spreads) ** 2 - np.log(spreads * np.sqrt(2.0 * np.pi))
    inside = np.abs(errors) <= NORMAL_95 * spreads
    width = np.exp(2.0 * NORMAL_95 * np.median(spreads))
    return (
        f"{len(group):4d} {np.median(sizes):6.1%} {np.quantile(sizes, 0.9):5.1%} "
        f"{np.median(np.expm1(errors)):+6.1%} {np.sqrt(np.mean(errors**2)):6.3f} "
        f"{score.mean():10.2f} {inside.mean():6.0%} {width:5.2f}"
    )


if __name__ == "__main__":
    main()
