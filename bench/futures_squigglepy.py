"""The same futures drawn with squigglepy, one vector draw a variable and quarter.

Runs in an environment of its own; reads the model as JSON and prints the rate. The regimes and
the autoregression are NumPy on squigglepy's draws: it has no chain of its own.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from importlib.metadata import version

import numpy as np
import squigglepy as sq


def draw(asked: dict) -> dict[str, float]:
    """Draw all paths and return means of the last quarter."""
    paths = asked["paths"]
    cumulative = np.cumsum(np.array(asked["matrix"]), axis=1)[:, :-1]
    mixing = np.array(asked["mixing"]) * np.array(asked["shocks"])[:, None]
    drifts = np.array(asked["drifts"])[:, None]
    state = np.searchsorted(np.cumsum(asked["start"])[:-1], sq.sample(sq.uniform(0, 1), paths))
    logs = np.zeros((3, paths))
    levels = []
    for _ in range(asked["quarters"]):
        chance = np.asarray(sq.sample(sq.uniform(0, 1), paths))
        state = (chance[:, None] >= cumulative[state]).sum(axis=1)
        z = np.array([sq.sample(sq.norm(mean=0, sd=1), paths) for _ in range(3)])
        logs[0] *= asked["persistence"]
        logs += drifts + mixing @ z
        levels.append(np.exp(logs))
    duty = asked["duty_rate"] * np.asarray(sq.sample(sq.uniform(0, 1), paths))
    supply, price, demand = levels[-1].mean(axis=1)
    return {
        "supply": float(supply),
        "price": float(price),
        "demand": float(demand),
        "first_regime": float((state == 0).mean()),
        "duty": float(duty.mean()),
    }


def main() -> None:
    """Measure and print."""
    asked = json.load(sys.stdin)
    sq.set_seed(0)
    took, means = [], {}
    for _ in range(3):
        before = time.process_time()
        means = draw(asked)
        took.append(time.process_time() - before)
    rate = asked["paths"] / statistics.median(took)
    sys.stdout.write(json.dumps({"version": version("squigglepy"), "rate": rate, "means": means}))


if __name__ == "__main__":
    main()
