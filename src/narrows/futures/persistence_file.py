"""What persistence would have said, in the shape of a kept file of forecasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from narrows.futures.chains import GateChains
from narrows.futures.forecast_file import ForecastFile, KeptForecast
from narrows.futures.forecasters import failure_rate, persistence_forecast
from narrows.futures.quarters import quarters_after
from narrows.futures.states import STATES


def persistence_forecasts(chains: GateChains, *, horizons_quarters: Sequence[int]) -> ForecastFile:
    """Return "as it is now" for every followed gate, smoothed by how often that failed so far.

    Nothing is read but what was public on the chains' day.
    """
    horizons = sorted(horizons_quarters)
    seen = tuple(chains.histories[key] for key in sorted(chains.histories))
    failing = np.array([failure_rate(seen, chains.known_on, horizon) for horizon in horizons])
    kept: list[KeptForecast] = []
    for line in chains.lines:
        for gate in chains.gates_of(line):
            history = chains.histories[line, gate]
            said = persistence_forecast(history, failing, horizons)
            for horizon, chances in zip(horizons, said.chances, strict=True):
                named = {s.value: float(one) for s, one in zip(STATES, chances, strict=True)}
                kept.append(
                    KeptForecast(
                        line=line,
                        gate=gate,
                        target=quarters_after(chains.known_on, horizon),
                        evidence=history.evidence,
                        **named,
                    )
                )
    return ForecastFile(made_on=chains.known_on, forecasts=tuple(kept))
