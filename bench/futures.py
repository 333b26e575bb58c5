"""Futures in CPU seconds: a million paths of 20 quarters, and the same model in squigglepy.

Run ``python bench/futures.py [--peer PYTHON]``, where PYTHON is the interpreter of an environment
of its own that holds squigglepy. Prints rows as JSON; medians of five (peer: of three).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from narrows.catalog import load_catalog
from narrows.core import Gate
from narrows.futures import (
    JointChain,
    fit_chains,
    joint_chain,
    load_path_model,
    regime_chain,
    run_backtest,
    simulate,
)

PATHS = 1_000_000
PEER_PATHS = 50_000
QUARTERS = 20
KNOWN_ON = date(2026, 1, 23)
GATES = (Gate.EXPORT_LICENCE, Gate.CN_APPROVAL, Gate.CUSTOMS)


def cpu_s(work: Callable[[], object], *, repeats: int = 5) -> float:
    """Return the median CPU seconds of some work."""

    def once() -> float:
        before = time.process_time()
        work()
        return time.process_time() - before

    return statistics.median(once() for _ in range(repeats))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="interpreter of an environment with squigglepy")
    peer = parser.parse_args().peer
    catalog, model = load_catalog(), load_path_model()
    chains = fit_chains(catalog, known_on=KNOWN_ON)
    joint = joint_chain(chains, "h200", GATES)
    merged = regime_chain(chains, "h200")
    regimes = JointChain("h200", (), merged.start, merged.mean[None], merged.evidence)

    def paths(chain: JointChain) -> Callable[[], object]:
        return lambda: simulate(
            chain, model, paths=PATHS, quarters=QUARTERS, duty_rate=0.25, seed=0
        )

    rows: list[dict[str, object]] = []
    for name, chain in (("joint_gates_1m_x_20", joint), ("merged_regimes_1m_x_20", regimes)):
        took = cpu_s(paths(chain))
        rows.append({"name": name, "cpu_s": took, "rate": PATHS / took, "unit": "paths/CPU s"})
    if peer is not None:
        rows[-1] |= _peer(peer, merged.start, merged.mean, rows[-1])
    backtest = cpu_s(lambda: run_backtest(catalog), repeats=3)
    rows.append({"name": "backtest", "cpu_s": backtest, "rate": 1 / backtest, "unit": "runs/CPU s"})
    sys.stdout.write(json.dumps({"rows": rows}, indent=1) + "\n")


def _peer(
    python: Path, start: np.ndarray, matrix: np.ndarray, ours: dict[str, object]
) -> dict[str, object]:
    model = load_path_model()
    asked = {
        "paths": PEER_PATHS,
        "quarters": QUARTERS,
        "start": start.tolist(),
        "matrix": matrix.tolist(),
        "persistence": model.supply.persistence,
        "shocks": [model.supply.shock, model.price.shock, model.demand.shock],
        "drifts": [0.0, model.price.drift, model.demand.drift],
        "mixing": model.mixing.tolist(),
        "duty_rate": 0.25,
    }
    script = Path(__file__).with_name("futures_squigglepy.py")
    done = subprocess.run(
        [str(python), str(script)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    got = json.loads(done.stdout)
    rate = float(ours["rate"])  # type: ignore[arg-type]  # written above as a float
    return {
        "peer": f"squigglepy {got['version']}",
        "peer_rate": got["rate"],
        "ratio": rate / got["rate"],
        "peer_means": got["means"],
        "means": _means(start, matrix),
    }


def _means(start: np.ndarray, matrix: np.ndarray) -> dict[str, float]:
    chain = JointChain("h200", (), start, matrix[None], ())
    futures = simulate(
        chain, load_path_model(), paths=PEER_PATHS, quarters=QUARTERS, duty_rate=0.25, seed=1
    )
    return {
        "supply": float(futures.supply[-1].mean()),
        "price": float(futures.price[-1].mean()),
        "demand": float(futures.demand[-1].mean()),
        "first_regime": float((futures.joint[-1] == 0).mean()),
        "duty": float(futures.duty_paid.mean()),
    }


if __name__ == "__main__":
    main()
