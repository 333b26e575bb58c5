"""Fit the packaged constants again: ``python -m narrows.performance.calibration``.

Reads the packaged measurements (``split = calibrate`` only) and writes the draws and the summary
beside the priors. Two to four minutes of one core.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
import yaml
from scipy.stats import spearmanr

from narrows.catalog import data_root, load_catalog
from narrows.performance.arrays import Array, Mask
from narrows.performance.calibration.draws import DRAWS, POOLED, SEED, last_best, residual_group
from narrows.performance.calibration.fit import Fit, draws, fit
from narrows.performance.calibration.left_out import (
    LEFT_OUT_TOLERANCE,
    by_few_shapes,
    by_source,
    left_out_errors,
)
from narrows.performance.calibration.observations import Observation, observations
from narrows.performance.calibration.table import parameters
from narrows.performance.training.answer import open_log_spread
from narrows.performance.training.choose import chosen, evaluate_stack
from narrows.performance.training.flops import utilisation
from narrows.performance.training.layout_runs import MULTI_NODE
from narrows.performance.training.pipeline_law import WIDE_TENSOR
from narrows.performance.training.predict import is_routed
from narrows.performance.training.scores import weighted_quantile
from narrows.performance.training.stack import stacked

NORMAL_95 = 1.6448536269514722
DEFAULT_RESIDUAL = 0.15
"""For a family without measurements: about the spread between sources on the worst known one."""
EXTRAPOLATION = 0.12
"""Between chips of one family, scaled by specification: spread of their fitted biases."""


def main() -> None:
    """Fit, leave every source out once, and write both files."""
    path = data_root() / "measurements" / "training_runs.csv"
    everything = [each for each in observations(path, load_catalog()) if each.asked.strategies]
    rows = [each for each in everything if each.split == "calibrate"]
    found = fit(rows, start=last_best())
    _write_draws(found)
    sources = left_out_errors(rows, left=rows, fold=by_source, whole=found).log_error
    shapes = left_out_errors(rows, left=rows, fold=by_few_shapes, whole=found).log_error
    between = _between_sources(rows, sources)
    summary = {
        "runs": len(rows),
        "sources": len({each.asked.source for each in rows}),
        "measurements_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "between_sources": round(between, 4),
        "residual": _residuals(rows, shapes, _known_spreads(rows, found), between),
        "default_residual": DEFAULT_RESIDUAL,
        "extrapolation": EXTRAPOLATION,
        "measured_chips": sorted({each.asked.cluster.hardware.chip_id for each in rows}),
        "best_utilisation": _best_utilisation(rows),
        "left_out": _left_out(rows, sources),
        "left_out_median": round(_left_out_median(rows, sources), 4),
        "sizes_left_out": _sizes_left_out(rows, everything, found),
    }
    out = data_root() / "performance" / "training_fit.yaml"
    head = "# Written by `python -m narrows.performance.calibration`; do not edit.\n"
    out.write_text(head + yaml.safe_dump(summary, sort_keys=False), encoding="utf-8")
    sys.stdout.write(f"{len(rows)} runs fitted; wrote {out.name} and training_draws.csv\n")


def _write_draws(found: Fit) -> None:
    table = np.vstack([found.best, draws(found, count=DRAWS, seed=SEED)])
    lines = [",".join(each.name for each in parameters())]
    lines += [",".join(f"{value:.5g}" for value in row) for row in table]
    out = data_root() / "performance" / "training_draws.csv"
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _best_utilisation(rows: Sequence[Observation]) -> dict[str, float]:
    best: dict[str, float] = {}
    for each in rows:
        asked = each.asked
        key = f"{asked.cluster.hardware.family}/{asked.job.precision}"
        reached = utilisation(asked.shape, asked.cluster, asked.job, each.measured.step_s)
        best[key] = round(max(best.get(key, 0.0), reached), 4)
    return dict(sorted(best.items()))


def _key(each: Observation) -> tuple[str, str]:
    return each.asked.cluster.hardware.family, str(each.asked.job.precision)


def _is_extrapolated(rows: Sequence[Observation]) -> list[bool]:
    seen: dict[tuple[str, str], set[str]] = {}
    for each in rows:
        seen.setdefault(_key(each), set()).add(each.asked.source)
    return [len(seen[_key(each)]) == 1 for each in rows]


FEW_SOURCES = 3
"""With fewer, shapes left out of one source say nothing of how far another one lies."""
NORMAL_MEAN_SIZE = 1.2533
"""Standard deviation over mean absolute value of a normal. With a dozen sources it strays a third
less than the median absolute value does, and one source far out still weighs only once."""


def _between_sources(rows: Sequence[Observation], errors: Array) -> float:
    """Return the log spread of whole sources about a fit that never saw them."""
    known = ~np.array(_is_extrapolated(rows))
    keys = [(each.asked.source, each.asked.cluster.hardware.family) for each in rows]
    medians = [
        float(np.median(errors[[each == key for each in keys] & known]))
        for key in sorted({each for each, seen in zip(keys, known, strict=True) if seen})
    ]
    return NORMAL_MEAN_SIZE * float(np.mean(np.abs(medians)))


def _unseen_sources(rows: Sequence[Observation], vendor: str, between: float) -> float:
    """Return the variance that a new source adds where a vendor's runs have few of them.

    The level of ``n`` sources is itself known to ``between / sqrt(n)`` only.
    """
    sources = {each.asked.source for each in rows if _group(each).split("/")[0] == vendor}
    return between**2 * (1.0 + 1.0 / len(sources)) if len(sources) < FEW_SOURCES else 0.0


def _known_spreads(rows: Sequence[Observation], found: Fit) -> Array:
    """Return the log standard deviation that an answer gives each row beside the residual."""
    pairs = chosen([each.asked for each in rows], found.best)
    values = draws(found, count=DRAWS, seed=SEED)
    step_s = np.array([evaluate_stack(stacked(pairs), each).step_s for each in values])
    left_open = np.array([open_log_spread(each.asked) for each in rows])
    return np.asarray(np.hypot(np.log(step_s).std(axis=0), left_open))


def _residuals(
    rows: Sequence[Observation], errors: Array, known: Array, between: float
) -> dict[str, float]:
    """Return the log spread by group that puts 90 % of the rows of unseen shapes inside.

    It is what is left beside draws, bins and assumptions, which intervals add of themselves.

    A source of ``n`` rows counts as the square root of ``n``, as in the fit. Vendors whose runs
    come from few sources add what lies between sources.
    """
    groups = np.array([_group(each) for each in rows])
    counts = Counter(each.asked.source for each in rows)
    weights = np.array([counts[each.asked.source] ** -0.5 for each in rows])
    own = {
        str(each): _spread(errors, known, weights, groups == each) for each in sorted(set(groups))
    }
    counts_of = Counter(groups)
    return {
        group: round(
            float(
                np.hypot(
                    _steadied(spread, counts_of[group], own[_pooled(group)]),
                    np.sqrt(_unseen_sources(rows, group.split("/")[0], between)),
                )
            ),
            4,
        )
        for group, spread in own.items()
    }


def _pooled(group: str) -> str:
    return f"{POOLED}/{group.split('/')[1]}"


def _steadied(own: float, rows: int, pooled: float) -> float:
    """Return a group's spread with the pooled one counted as :data:`STEADY_ROWS` more rows."""
    variance = (rows * own**2 + STEADY_ROWS * pooled**2) / (rows + STEADY_ROWS)
    return float(np.sqrt(variance))


STEADY_ROWS = 10
"""A spread from a handful of rows is itself uncertain."""


def _group(each: Observation) -> str:
    return residual_group(each.asked.cluster.hardware.family, routed=is_routed(each.asked.shape))


def _spread(errors: Array, known: Array, weights: Array, own: Mask) -> float:
    """Return the spread beside the known one with which 90 % of the errors lie inside.

    A row needs ``(e / 1.645)^2 - known^2``; the 90th percentile of that is enough for nine in ten.
    """
    needed = (errors[own] / NORMAL_95) ** 2 - known[own] ** 2
    return float(np.sqrt(max(0.0, weighted_quantile(needed, weights[own], 0.9))))


def _left_out_median(rows: Sequence[Observation], errors: Array) -> float:
    known = ~np.array(_is_extrapolated(rows))
    counts = Counter(each.asked.source for each in rows)
    weights = np.array([1.0 / counts[each.asked.source] for each in rows])
    return weighted_quantile(np.abs(np.expm1(errors[known])), weights[known], 0.5)


def _sizes_left_out(
    rows: Sequence[Observation], everything: Sequence[Observation], whole: Fit
) -> list[dict[str, object]]:
    """Predict each size of the multi-node runs, both splits, by a fit without that size."""
    measured = [each for each in everything if each.asked.source == MULTI_NODE]
    found: list[dict[str, object]] = []
    for hidden in sorted({int(each.asked.shape.hidden) for each in measured}):
        left = [each for each in measured if int(each.asked.shape.hidden) == hidden]
        inside = {id(each) for each in left}
        kept = [each for each in rows if id(each) not in inside]
        values = fit(kept, start=whole.best, tolerance=LEFT_OUT_TOLERANCE).best
        step_s = evaluate_stack(stacked(chosen([each.asked for each in left], values)), values)
        times = np.array([each.measured.step_s for each in left])
        errors = np.abs(step_s.step_s / times - 1.0)
        wide = np.array([each.asked.strategies[0].tensor >= WIDE_TENSOR for each in left])
        found.append(
            {
                "hidden": hidden,
                "rows": len(left),
                "mean": round(float(errors.mean()), 4),
                "spearman": _rank(step_s.step_s, times),
                "apart_ordered": _ordered(step_s.step_s, times),
                "wide_rows": int(wide.sum()),
                "wide_mean": round(float(errors[wide].mean()), 4),
                "wide_spearman": _rank(step_s.step_s[wide], times[wide]),
                "wide_apart_ordered": _ordered(step_s.step_s[wide], times[wide]),
            }
        )
    return found


def _rank(predicted: Array, measured: Array) -> float:
    return round(float(spearmanr(predicted, measured).statistic), 3)


APART = 0.1
"""Layouts closer than a tenth are near ties; runs of one layout repeat to a few per cent."""


def _ordered(predicted: Array, measured: Array) -> float:
    """Return the share of pairs, measured more than :data:`APART` apart, in the right order."""
    faster = measured[:, None] * (1.0 + APART) < measured[None, :]
    right = predicted[:, None] < predicted[None, :]
    return round(float(right[faster].mean()), 3)


def _left_out(rows: Sequence[Observation], errors: Array) -> list[dict[str, object]]:
    extrapolated = _is_extrapolated(rows)
    groups: dict[tuple[str, str, bool], list[float]] = {}
    for each, error, alone in zip(rows, errors, extrapolated, strict=True):
        key = (each.asked.source, each.asked.cluster.hardware.family, alone)
        groups.setdefault(key, []).append(float(np.expm1(error)))
    return [
        {
            "source": source,
            "family": family,
            "rows": len(values),
            "median": round(float(np.median(np.abs(values))), 4),
            "p90": round(float(np.quantile(np.abs(values), 0.9)), 4),
            "bias": round(float(np.median(values)), 4),
            "extrapolated": alone,
        }
        for (source, family, alone), values in sorted(groups.items())
    ]


if __name__ == "__main__":
    main()
