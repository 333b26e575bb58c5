"""Sobol indices by SALib (Saltelli's sampling, bootstrapped intervals) of any vector function.

Needs the extra ``narrows[sensitivity]``, only when used.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from narrows.core import InputError

FloatArray = npt.NDArray[np.float64]

RESAMPLES = 200
"""Bootstrap resamples behind an interval; its half-width is then known to about a twentieth."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Index:
    """One input's part in the variance of an output.

    Attributes
    ----------
    first, total
        Alone, and with all its interactions. Estimates may fall a little below 0 or above 1.
    first_half, total_half
        Half-widths of their 95 % intervals.
    """

    name: str
    first: float
    first_half: float
    total: float
    total_half: float


def sample(names: Sequence[str], *, samples: int, seed: int) -> FloatArray:
    """Return points of the unit cube, shape ``(samples * (inputs + 2), inputs)``.

    Raises
    ------
    InputError
        SALib is not installed, or ``samples`` is no power of two: the sequence is balanced only
        there.
    """
    check_samples(samples)
    drawn = _salib("sample").sample(_cube(names), samples, calc_second_order=False, seed=seed)
    return np.asarray(drawn, dtype=np.float64)


def check_samples(samples: int) -> None:
    """Refuse a number of base samples on which the sequence is not balanced.

    Raises
    ------
    InputError
        It is no power of two.
    """
    if samples < 2 or samples & (samples - 1):
        raise InputError(
            "samples must be a power of two", "write 32, 64, 128 ...", fieldname="--samples",
            value=samples,
        )  # fmt: skip


def analyse(names: Sequence[str], values: FloatArray, *, seed: int) -> tuple[Index, ...] | None:
    """Return the indices of an output, largest total first; ``None`` where it never changes.

    Parameters
    ----------
    values
        Shape ``(samples * (inputs + 2),)``; the output at the points of :func:`sample`.
    """
    if float(np.ptp(values)) == 0.0:
        return None
    found = _salib("analyze").analyze(
        _cube(names), values, calc_second_order=False, num_resamples=RESAMPLES,
        conf_level=CONFIDENCE, seed=seed,
    )  # fmt: skip
    columns = (found[key] for key in ("S1", "S1_conf", "ST", "ST_conf"))
    rows = zip(names, *columns, strict=True)
    each = [Index(name, *(float(value) for value in row)) for name, *row in rows]
    return tuple(sorted(each, key=lambda index: -index.total))


def _cube(names: Sequence[str]) -> dict[str, object]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _salib(part: str) -> Any:  # noqa: ANN401 - SALib has no types
    try:
        return importlib.import_module(f"SALib.{part}.sobol")
    except ModuleNotFoundError as error:
        raise InputError(
            "Sobol indices need the extra `sensitivity`", "pip install 'narrows[sensitivity]'"
        ) from error
