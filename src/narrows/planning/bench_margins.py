"""Duals beside re-solved slopes on the packaged instance, for ``narrows bench planning``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from narrows.core import Json
from narrows.planning.instance import packaged_instance
from narrows.planning.margin import SolveOnce, margin
from narrows.planning.problem import Problem
from narrows.planning.solve import relax
from narrows.planning.variations import (
    with_delay,
    with_scaled_cap,
    with_scaled_power,
    with_share,
)

STEP = 1e-4
"""Small enough that curvature does not part the slopes, large enough for nine digits of cost."""
Case = tuple[Callable[[Problem, float], Problem], float]


def _imports_later(problem: Problem, months: float) -> Problem:
    imported = np.array([name.startswith("import") for name in problem.axes.systems])
    return with_delay(problem, months, imported)


CASES: Mapping[str, Case] = MappingProxyType(
    {
        "margin_cap": (lambda p, factor: with_scaled_cap(p, "import_cap", factor), 1.0),
        "margin_power": (with_scaled_power, 0.8),
        "margin_share": (lambda p, share: with_share(p, "domestic_share", share), 0.9),
        "margin_month": (_imports_later, 1.0),
    }
)
"""What is varied, and where: values at which each rule binds."""


def measure_margins(problem: Problem | None = None) -> list[dict[str, Json]]:
    """Return a row a parameter: money for one more unit by dual, and re-solved on either side.

    ``gap`` is how far the dual lies outside the two slopes, relative to the largest.
    """
    whole = packaged_instance() if problem is None else problem
    start = relax(whole).basis
    rows: list[dict[str, Json]] = []
    for name, (varied, at) in CASES.items():
        began = time.process_time()
        found = margin(
            name, partial(varied, whole), at, step=STEP, lowest=0.0, solve=SolveOnce(start)
        )
        rows.append(
            {
                "name": name,
                "cpu_s": round(time.process_time() - began, 2),
                "at": at,
                "step": STEP,
                "dual": found.dual,
                "left": found.left,
                "right": found.right,
                "gap": found.gap,
            }
        )
    return rows
