"""How fast futures are drawn and scored, in CPU seconds of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from narrows.catalog import Catalog
from narrows.core import Gate
from narrows.futures.backtest import run_backtest
from narrows.futures.chains import fit_chains
from narrows.futures.joint import joint_chain
from narrows.futures.path_model import load_path_model
from narrows.futures.simulate import simulate

PATHS = 1_000_000
QUARTERS = 20
KNOWN_ON = date(2026, 1, 23)
"""The day of the packaged study."""
LINE = "h200"
GATES = (Gate.EXPORT_LICENCE, Gate.CN_APPROVAL, Gate.CUSTOMS)
DUTY_RATE = 0.25
"""Any rate does: it multiplies once a path."""
REPEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRow:
    """One timing: ``rate`` is of ``unit`` a CPU second."""

    name: str
    cpu_s: float
    rate: float
    unit: str


def bench_futures(catalog: Catalog) -> tuple[SpeedRow, ...]:
    """Return the timings of a million futures of twenty quarters, and of the whole backtest."""
    joint = joint_chain(fit_chains(catalog, known_on=KNOWN_ON), LINE, GATES)
    model = load_path_model()
    drawing = _cpu_s(
        lambda: simulate(joint, model, paths=PATHS, quarters=QUARTERS, duty_rate=DUTY_RATE, seed=0)
    )
    scoring = _cpu_s(lambda: run_backtest(catalog))
    return (
        SpeedRow(
            name=f"{PATHS:,} futures of {QUARTERS} quarters, gates, supply, price and demand",
            cpu_s=drawing,
            rate=PATHS / drawing,
            unit="paths",
        ),
        SpeedRow(name="rolling backtest", cpu_s=scoring, rate=1.0 / scoring, unit="backtests"),
    )


def _cpu_s(work: Callable[[], object]) -> float:
    """Return the median CPU seconds of some work."""
    seen = []
    for _ in range(REPEATS):
        before = time.process_time()
        work()
        seen.append(time.process_time() - before)
    return sorted(seen)[REPEATS // 2]
