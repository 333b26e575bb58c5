"""Forecasts of the gates that are followed on a day, kept in a file to be scored later.

A file is never edited after its release. The next release scores it by :func:`score_forecasts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict

from narrows.catalog import Catalog
from narrows.core import STRICT, Gate, GateState, InputError, read_record
from narrows.futures.chains import GateChains
from narrows.futures.history import histories
from narrows.futures.lines import DATA, load_lines
from narrows.futures.quarters import quarters_after
from narrows.futures.scores import brier, log_score
from narrows.futures.states import STATE_INDEX, STATES, FloatArray

SUM_TOLERANCE = 0.002
"""Chances are written with three decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForecast:
    """The chances of one gate of one line on a target day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    line: str
    gate: Gate
    target: date
    open: float
    conditional: float
    discretionary: float
    shut: float
    evidence: tuple[str, ...]

    @property
    def chances(self) -> FloatArray:
        """Chances in the order of the states, shape ``(n,)``."""
        return np.array([self.open, self.conditional, self.discretionary, self.shut])


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastFile:
    """All forecasts made on one day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    made_on: date
    forecasts: tuple[KeptForecast, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptScore:
    """A kept forecast, what came, and its scores."""

    forecast: KeptForecast
    happened: GateState
    log_score: float
    brier: float


def packaged_forecasts() -> tuple[Path, ...]:
    """Return the packaged files, oldest first."""
    return tuple(sorted(DATA.glob("outlook-*.yaml")))


def load_forecasts(path: Path) -> ForecastFile:
    """Read a file of forecasts.

    Raises
    ------
    InputError
        The file is not valid, or chances do not sum to one.
    """
    kept = read_record(path, ForecastFile)
    for one in kept.forecasts:
        if abs(one.chances.sum() - 1.0) > SUM_TOLERANCE or (one.chances < 0).any():
            raise InputError(
                f"chances of {one.line} {one.gate} are no distribution",
                "restore the released file",
                file=path,
                value=float(one.chances.sum()),
            )
    return kept


def make_forecasts(chains: GateChains, *, horizons_quarters: Sequence[int]) -> ForecastFile:
    """Return the forecasts of every followed gate, as known on the chains' day."""
    kept = []
    for line in chains.lines:
        odds = chains.p_state(line, quarters=max(horizons_quarters))
        for gate, one in odds.items():
            for horizon in horizons_quarters:
                target = quarters_after(chains.known_on, horizon)
                shares = _thousandths(one.mean[horizon])
                named = {s.value: share for s, share in zip(STATES, shares, strict=True)}
                kept.append(
                    KeptForecast(
                        line=line, gate=gate, target=target, evidence=one.evidence, **named
                    )
                )
    return ForecastFile(made_on=chains.known_on, forecasts=tuple(kept))


def _thousandths(chances: FloatArray) -> list[float]:
    """Round to three decimals, none to zero, the largest taking the remainder."""
    rounded = np.maximum(np.round(chances, 3), 0.001)
    largest = int(rounded.argmax())
    rounded[largest] += 1.0 - rounded.sum()
    return [round(float(share), 3) for share in rounded]


def forecasts_text(kept: ForecastFile) -> str:
    """Return the text of a file of forecasts."""
    lines = [
        "# Chances of the gates that are followed, kept with the release to be scored by the next.",
        "# Do not edit: a forecast that may be changed afterwards is none.",
        f"made_on: {kept.made_on}",
        "forecasts:",
    ]
    for one in kept.forecasts:
        states = ", ".join(f"{state.value}: {getattr(one, state.value):.3f}" for state in STATES)
        lines.append(
            f"  - {{line: {one.line}, gate: {one.gate.value}, target: {one.target}, {states},"
            f" evidence: [{', '.join(one.evidence)}]}}"
        )
    return "\n".join(lines) + "\n"


def score_forecasts(
    kept: ForecastFile, catalog: Catalog, *, judged_until: date
) -> tuple[KeptScore, ...]:
    """Return the scores of the forecasts whose target day has come and is known."""
    found = histories(load_lines(), catalog, known_on=judged_until)
    truth = {(history.line, history.gate): history for history in found}
    scored = []
    for one in kept.forecasts:
        history = truth.get((one.line, one.gate))
        happened = None if history is None else history.state_on(one.target)
        if happened is None or one.target > judged_until:
            continue
        came = STATE_INDEX[happened]
        scored.append(
            KeptScore(
                forecast=one,
                happened=happened,
                log_score=log_score(one.chances, came),
                brier=brier(one.chances, came),
            )
        )
    return tuple(scored)
