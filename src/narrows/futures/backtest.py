"""Rolling-origin backtest: what we would have said each quarter, beside what then happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, Gate, GateState
from narrows.futures.backtest_plan import BacktestPlan, load_backtest_plan
from narrows.futures.chains import GateChains, fit_chains
from narrows.futures.forecasters import (
    Forecast,
    Forecaster,
    base_rate_forecast,
    failure_rate,
    model_forecast,
    persistence_forecast,
)
from narrows.futures.history import History, histories
from narrows.futures.lines import Line, load_lines
from narrows.futures.prior import ChainPrior, load_chain_prior
from narrows.futures.quarters import quarter_ends, quarters_after
from narrows.futures.scores import brier, log_score, time_crps
from narrows.futures.soft_news import SoftNews
from narrows.futures.states import DAYS_PER_YEAR, STATE_INDEX, YEARS_PER_QUARTER, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCase:
    """One forecast of a state, by each forecaster, and the state that came."""

    origin: date
    line: str
    gate: Gate
    horizon_quarters: int
    target: date
    before: GateState
    happened: GateState
    chances: Mapping[Forecaster, FloatArray]
    log_score: Mapping[Forecaster, float]
    brier: Mapping[Forecaster, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCase:
    """One forecast of the time to the next change; ``None`` where none came while observed."""

    origin: date
    line: str
    gate: Gate
    observed_quarters: float
    changed_after_quarters: float | None
    crps: Mapping[Forecaster, float]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Every case of the backtest, in order of origin, line and gate."""

    plan: BacktestPlan
    states: tuple[StateCase, ...]
    times: tuple[TimeCase, ...]


def run_backtest(
    catalog: Catalog,
    *,
    plan: BacktestPlan | None = None,
    lines: Sequence[Line] | None = None,
    prior: ChainPrior | None = None,
    soft_news: SoftNews | None = None,
) -> Backtest:
    """Fit at each quarter with what was known, predict, and score against the whole record."""
    plan = plan or load_backtest_plan()
    lines = load_lines() if lines is None else lines
    prior = prior or load_chain_prior()
    found = histories(lines, catalog, known_on=COMPILED_ON)
    truth = {(history.line, history.gate): history for history in found}
    states: list[StateCase] = []
    times: list[TimeCase] = []
    for origin in quarter_ends(plan.first_origin, plan.judged_until):
        chains = fit_chains(catalog, known_on=origin, lines=lines, prior=prior, soft_news=soft_news)
        said = _Origin(chains, plan)
        for line, gate in said.chains.beliefs:
            forecasts = said.forecasts(line, gate)
            states.extend(said.state_cases(truth[line, gate], forecasts))
            times.extend(said.time_case(truth[line, gate], forecasts))
    return Backtest(plan, tuple(states), tuple(times))


class _Origin:
    """What is said on one origin's day."""

    def __init__(self, chains: GateChains, plan: BacktestPlan) -> None:
        self.chains, self.plan, self.day = chains, plan, chains.known_on
        seen = list(chains.histories.values())
        self.failing = np.array(
            [failure_rate(seen, self.day, horizon) for horizon in plan.horizons_quarters]
        )

    def forecasts(self, line: str, gate: Gate) -> dict[Forecaster, Forecast]:
        horizons = self.plan.horizons_quarters
        history = self.chains.histories[line, gate]
        of_gate = [other for other in self.chains.histories.values() if other.gate is gate]
        return {
            Forecaster.MODEL: model_forecast(
                self.chains, line, gate, horizons, draws=self.plan.draws, seed=self.plan.seed
            ),
            Forecaster.PERSISTENCE: persistence_forecast(history, self.failing, horizons),
            Forecaster.BASE_RATE: base_rate_forecast(of_gate, horizons),
        }

    def state_cases(
        self, truth: History, forecasts: Mapping[Forecaster, Forecast]
    ) -> Iterator[StateCase]:
        before = self.chains.histories[truth.line, truth.gate].steps[-1].state
        for place, horizon in enumerate(self.plan.horizons_quarters):
            target = quarters_after(self.day, horizon)
            happened = truth.state_on(target)
            if happened is None or target > self.plan.judged_until:
                continue
            chances = {who: forecast.chances[place] for who, forecast in forecasts.items()}
            came = STATE_INDEX[happened]
            yield StateCase(
                origin=self.day,
                line=truth.line,
                gate=truth.gate,
                horizon_quarters=horizon,
                target=target,
                before=before,
                happened=happened,
                chances=chances,
                log_score={who: log_score(row, came) for who, row in chances.items()},
                brier={who: brier(row, came) for who, row in chances.items()},
            )

    def time_case(
        self, truth: History, forecasts: Mapping[Forecaster, Forecast]
    ) -> Iterator[TimeCase]:
        end = min(truth.until, self.plan.judged_until)
        observed = min(_quarters(self.day, end), self.plan.time_horizon_quarters)
        if observed <= 0:
            return
        later = [step.day for step in truth.steps if self.day < step.day <= end]
        changed = _quarters(self.day, later[0]) if later else None
        yield TimeCase(
            origin=self.day,
            line=truth.line,
            gate=truth.gate,
            observed_quarters=observed,
            changed_after_quarters=changed if changed is not None and changed < observed else None,
            crps={
                who: time_crps(forecast.changed_by, changed, until=observed)
                for who, forecast in forecasts.items()
            },
        )


def _quarters(start: date, end: date) -> float:
    return (end - start).days / DAYS_PER_YEAR / YEARS_PER_QUARTER
