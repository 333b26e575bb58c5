"""``narrows calibrate``: a user's own runs as a named calibration."""

from __future__ import annotations

import sys
from math import exp
from pathlib import Path

from narrows.catalog import load_catalog
from narrows.cli.options import Output
from narrows.performance.calibration import packaged
from narrows.performance.calibration.own import calibrate_own, write_own


def calibrate(
    runs: Path,
    *,
    name: str = "own",
    output: Output | None = None,
) -> int:
    """Fit a cluster's own effect on step time to measured runs and keep it in a file.

    Parameters
    ----------
    runs
        CSV with the columns of a training run and a measured step time or tokens/s.
    name
        What to call the calibration.
    output
        File to write; ``NAME.calibration.yaml`` where it is left out. Give it to ``narrows train
        --calibration``.
    """
    fit = calibrate_own(runs, load_catalog(), packaged(), name=name)
    own = fit.own
    path = Path(f"{name}.calibration.yaml") if output is None else output
    write_own(own, path)
    sys.stdout.write(
        f"{own.runs} runs: your cluster takes {exp(own.log_offset):.3f} of the predicted "
        f"time; median error {own.median_error_before:.1%} before, "
        f"{own.median_error_after:.1%} after (each run left out once) -> {path}\n"
    )
    for each in fit.unused:
        sys.stderr.write(f"left out {each.id}: {each.reason}\n")
    return 0
