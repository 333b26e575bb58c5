"""Fit the serving constants to the packaged calibration rows and write the posterior as data.

Writes ``serving_posterior.csv`` (first row the middle, then draws; one column a parameter, on the
unbounded scale of ``serving.yaml``) and ``serving_residuals.yaml`` (error on rows left out, by
chip family and doubt). Only rows with ``split = calibrate`` are read; those told in part weigh
less, and none whose model is a stand-in.

    python bench/serving_calibrate.py
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from narrows.catalog import data_root, load_catalog, load_serving_runs
from narrows.performance.serving.calibrate import calibrate, cell_weights
from narrows.performance.serving.effects import load_priors
from narrows.performance.serving.fit import Fit
from narrows.performance.serving.knowledge import SEED, Residuals
from narrows.performance.serving.leave_out import (
    Unseen,
    by_engine,
    by_model,
    left_out,
    residuals,
)
from narrows.performance.serving.runs import as_row, read_runs, with_batch_latency
from narrows.performance.serving.score import weighted_quantile

DRAWS = 100
"""Quantiles of 100 draws move by a few per cent of the spread; the added error is larger."""


def main() -> None:
    """Fit, leave out, write."""
    start = time.process_time()
    rows = with_batch_latency(as_row(run) for run in load_serving_runs())
    wanted = [
        r for r in rows if r["split"] == "calibrate" and r["completeness"] in {"full", "partial"}
    ]
    read, unread = read_runs(load_catalog(), wanted)
    runs = [run for run in read if run.full or run.case.model_match == "same"]
    for row in unread:
        sys.stderr.write(f"not used: {row.row['id']}: {row.reason}\n")
    priors = load_priors()
    found = calibrate(priors, runs)
    sys.stderr.write(f"fitted {len(runs)} runs, {time.process_time() - start:.0f} CPU s\n")
    models = left_out(priors, runs, found, by_model)
    sources = left_out(priors, runs, found, by_engine)
    for name, unseen in (("model", models), ("engine", sources)):
        sys.stderr.write(f"left out by {name}: {errors_of(unseen)}\n")
    folder = data_root() / "performance"
    write_posterior(folder / "serving_posterior.csv", found)
    write_residuals(folder / "serving_residuals.yaml", residuals(models, sources))
    sys.stderr.write(f"done, {time.process_time() - start:.0f} CPU s\n")


def errors_of(unseen: Sequence[Unseen]) -> str:
    """Return median and 90th percentile of |log(predicted / measured)| by maker, full runs."""
    told = []
    for maker in sorted({one.run.member.family.split("-")[0] for one in unseen}):
        own = [u for u in unseen if u.run.full and u.run.member.family.startswith(maker)]
        sizes = np.abs([one.log_ratio for one in own])
        weights = cell_weights([one.run for one in own])
        half, most = (weighted_quantile(sizes, weights, share) for share in (0.5, 0.9))
        told.append(f"{maker} {half:.3f} {most:.3f}")
    return ", ".join(told)


def write_posterior(path: Path, found: Fit) -> None:
    """Write the middle and the draws."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(found.names)
        for row in (found.middle, *found.draws(DRAWS, SEED)):
            writer.writerow(f"{value:.5f}" for value in row)


def write_residuals(path: Path, found: Residuals) -> None:
    """Write the errors on rows left out."""
    lines = [
        "# Standard deviation of log(measured / predicted) on calibration runs left out,",
        "# written by bench/serving_calibrate.py: 90 % intervals then hold 90 % of the runs whose",
        "# model was held out. `doubts` come on top in quadrature; `unseen` is of families and",
        "# engines without runs, from leaving out an engine of a source whole.",
        "families:",
        *(f"  {name}: {one:.3f}" for name, one in sorted(found.families.items())),
        f"engines: [{', '.join(found.engines)}]",
        "doubts:",
        *(f"  {doubt}: {one:.3f}" for doubt, one in found.doubts.items()),
        f"first_token: {found.first_token:.3f}",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
