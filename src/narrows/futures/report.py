"""Results of the room as plain JSON trees; the keys are a contract with other programs."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.core import Estimate, Gate, Json
from narrows.futures.backtest import Backtest, StateCase, TimeCase
from narrows.futures.chains import DRAWS, GateChains, StateOdds
from narrows.futures.deliveries import DeliveryAnswer
from narrows.futures.forecasters import Forecaster
from narrows.futures.funnel import StageSeen
from narrows.futures.hint_scores import HintScore
from narrows.futures.states import STATES
from narrows.futures.summary import Difference, differences, reliability, scores

BASELINES = (Forecaster.PERSISTENCE, Forecaster.BASE_RATE)


def backtest_tree(backtest: Backtest, deliveries: DeliveryAnswer) -> dict[str, Json]:
    """Return the backtest: ``scores`` by forecaster, lower is better, and what is behind them."""
    plan = backtest.plan
    return {
        "scores": _scores(backtest.states, backtest.times),
        "model_minus_baseline": {
            baseline.value: {
                name: _difference(gap) for name, gap in differences(backtest, baseline).items()
            }
            for baseline in BASELINES
        },
        "by_horizon_quarters": {
            str(horizon): _scores(
                [case for case in backtest.states if case.horizon_quarters == horizon],
                backtest.times,
            )
            for horizon in plan.horizons_quarters
        },
        "by_gate": {gate.value: _of_gate(backtest, gate) for gate in _gates(backtest)},
        "reliability": {
            who.value: [
                {
                    "low": one.low,
                    "high": one.high,
                    "forecasts": one.forecasts,
                    "mean_chance": one.mean_chance,
                    "frequency": one.frequency,
                }
                for one in reliability(backtest.states, who, plan.reliability_bins)
            ]
            for who in Forecaster
        },
        "forecasts": {
            "states": len(backtest.states),
            "states_that_changed": sum(
                case.before is not case.happened for case in backtest.states
            ),
            "times": len(backtest.times),
            "times_with_a_change": sum(
                case.changed_after_quarters is not None for case in backtest.times
            ),
            "first_origin": plan.first_origin.isoformat(),
            "judged_until": plan.judged_until.isoformat(),
        },
        "units": {"log_score": "nats", "crps": "quarters", "brier": "0 to 2"},
        "smoothing": {
            "persistence": "(changed + 1) / (tried + 2) over all earlier origins, by horizon",
            "base_rate": "a quarter of a year added to each state of the gate",
        },
        "deliveries": delivery_tree(deliveries),
        "cases": [_state_case(case) for case in backtest.states],
    }


def _scores(states: Sequence[StateCase], times: Sequence[TimeCase]) -> dict[str, Json]:
    found = {who: scores(states, times, who) for who in Forecaster}
    return {
        who.value: {"log_score": one.log_score, "crps": one.crps, "brier": one.brier}
        for who, one in found.items()
    }


def _gates(backtest: Backtest) -> list[Gate]:
    return [gate for gate in Gate if any(case.gate is gate for case in backtest.states)]


def _of_gate(backtest: Backtest, gate: Gate) -> dict[str, Json]:
    return _scores(
        [case for case in backtest.states if case.gate is gate],
        [case for case in backtest.times if case.gate is gate],
    )


def _difference(gap: Difference) -> dict[str, Json]:
    return {
        "mean": gap.mean,
        "p05": gap.low,
        "p95": gap.high,
        "distinguishable": gap.distinguishable,
    }


def _state_case(case: StateCase) -> dict[str, Json]:
    return {
        "origin": case.origin.isoformat(),
        "line": case.line,
        "gate": case.gate.value,
        "target": case.target.isoformat(),
        "before": case.before.value,
        "happened": case.happened.value,
        "chances": {
            who.value: {s.value: float(p) for s, p in zip(STATES, row, strict=True)}
            for who, row in case.chances.items()
        },
    }


def delivery_tree(answer: DeliveryAnswer) -> dict[str, Json]:
    """Return the chance of large deliveries and its drivers."""
    question = answer.question
    return {
        "line": question.line,
        "as_known_on": question.known_on.isoformat(),
        "by": question.by.isoformat(),
        "chips_ordered": question.chips_ordered,
        "large_chips": question.large_chips,
        "chance": answer.chance,
        "under_other_priors": dict(answer.under_other_priors),
        "delivered": estimate_tree(answer.delivered),
        "drivers": [
            {
                "gate": one.gate.value,
                "now": None if one.now is None else one.now.value,
                "p_not_shut": one.p_passing,
                "chance_if_open": one.if_open,
                "chance_if_shut": one.if_shut,
                "evidence": list(one.evidence),
            }
            for one in answer.drivers
        ],
        "evidence": list(answer.evidence),
    }


def funnel_tree(seen: Sequence[StageSeen]) -> list[Json]:
    """Return what was public of each stage from ordered to delivered, in chips."""
    return [
        {
            "stage": one.stage,
            "low": one.low,
            "central": one.central,
            "high": one.high,
            "grade": one.grade.value,
            "evidence": list(one.evidence),
        }
        for one in seen
    ]


def soft_news_tree(hints: Sequence[HintScore], without: Backtest) -> dict[str, Json]:
    """Return what each hint gained, and the model's scores had there been no hints."""
    model = scores(without.states, without.times, Forecaster.MODEL)
    gains = [hint.gain_nats for hint in hints]
    return {
        "mean_gain_nats": sum(gains) / len(gains) if gains else None,
        "model_without": {
            "log_score": model.log_score,
            "crps": model.crps,
            "brier": model.brier,
        },
        "hints": [
            {
                "cites": list(hint.cites),
                "line": hint.line,
                "gate": hint.gate.value,
                "day": hint.day.isoformat(),
                "held": hint.held.value,
                "gain_nats": hint.gain_nats,
            }
            for hint in hints
        ],
    }


def estimate_tree(estimate: Estimate) -> dict[str, Json]:
    """Return an estimate with its unit and the way it was obtained."""
    return {
        "p05": estimate.p05,
        "p50": estimate.p50,
        "p95": estimate.p95,
        "unit": estimate.unit,
        "how": estimate.obtained.value,
    }


def chains_tree(
    chains: GateChains,
    lines: Sequence[str],
    *,
    quarters: int,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Json]:
    """Return the odds of each gate of some lines by quarter, with their evidence."""
    return {
        "as_known_on": chains.known_on.isoformat(),
        "quarters": quarters,
        "prior": {"jumps": chains.prior.jumps, "dwell_years": chains.prior.dwell_years},
        "lines": {
            line: {
                gate.value: _odds(odds)
                for gate, odds in chains.p_state(
                    line, quarters=quarters, draws=draws, seed=seed
                ).items()
            }
            for line in lines
        },
    }


def _odds(odds: StateOdds) -> dict[str, Json]:
    columns = {"mean": odds.mean, "p05": odds.p05, "p50": odds.p50, "p95": odds.p95}
    by_state: dict[str, Json] = {
        state.value: {
            name: [float(value) for value in column[:, index]] for name, column in columns.items()
        }
        for index, state in enumerate(STATES)
    }
    return {"states": by_state, "evidence": list(odds.evidence)}
