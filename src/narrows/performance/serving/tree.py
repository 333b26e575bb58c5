"""Predictions as the plain mappings that are written as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.core import Estimate, Json, Message
from narrows.performance.serving.compare import PhaseRates
from narrows.performance.serving.economics import Money
from narrows.performance.serving.frontier import Tradeoff
from narrows.performance.serving.predict import ServingPrediction
from narrows.performance.serving.question import Limits, Load


def quantiles(estimate: Estimate) -> dict[str, Json]:
    """Return an estimate as ``{p05, p50, p95, unit}``."""
    return {
        "p05": estimate.p05,
        "p50": estimate.p50,
        "p95": estimate.p95,
        "unit": estimate.unit,
    }


def deployment_tree(each: ServingPrediction) -> dict[str, Json]:
    """Return a deployment with all that is predicted of it."""
    parts: dict[str, Json] = dict(each.parts_ms)
    return {
        "model": each.model,
        "chip": each.chip,
        "chips": each.chips,
        "layout": each.layout,
        "weights": each.weights,
        "cache": each.cache,
        "engine": each.engine,
        "output_tokens_per_s_per_chip": quantiles(each.output_rate_per_chip),
        "tpot_ms": quantiles(each.tpot_ms),
        "ttft_ms": quantiles(each.ttft_ms),
        "requests_per_s": each.requests_per_s,
        "sequences": each.sequences,
        "weights_gb": each.weights_gb,
        "cache_gb": each.cache_gb,
        "memory_gb": each.memory_gb,
        "step_parts_ms": parts,
        "flags": [flag.id for flag in each.flags],
        "how": str(each.obtained),
    }


def ranking_tree(found: Sequence[ServingPrediction], money: Money) -> dict[str, Json]:
    """Return ranked deployments, and what tokens of the first cost."""
    return {"deployments": [deployment_tree(each) for each in found], **money_tree(money)}


def money_tree(money: Money) -> dict[str, Json]:
    """Return cost and energy; ``null`` where price or power is not known."""
    return {
        "tokens_per_joule": None if money.energy is None else quantiles(money.energy),
        "power_from": money.power_from,
        "pue": money.pue,
        "usd_per_million_tokens": None if money.cost is None else quantiles(money.cost),
    }


def phases_tree(rates: Sequence[PhaseRates]) -> list[Json]:
    """Return rates of both phases, one mapping a system."""
    return [
        {
            "system": each.system,
            "chip": each.chip,
            "engine": each.engine,
            "chips": each.chips,
            "decode_layout": each.decode_layout,
            "prefill_layout": each.prefill_layout,
            "decode": quantiles(each.decode),
            "decode_ratio": quantiles(each.decode_ratio),
            "prefill": quantiles(each.prefill),
            "prefill_ratio": quantiles(each.prefill_ratio),
        }
        for each in rates
    ]


def tradeoff_tree(system: str, name: str, found: Tradeoff) -> dict[str, Json]:
    """Return best deployment, curve and frontier of one system."""
    return {
        "system": system,
        "chip": found.best.chip,
        "name": name,
        "best": deployment_tree(found.best),
        "curve": [_point(each) for each in found.curve],
        "frontier": [_point(each) for each in found.frontier],
        "notes": [_message(flag) for flag in found.best.flags],
    }


def question_tree(model: str, name: str, load: Load, limits: Limits) -> dict[str, Json]:
    """Return what was asked."""
    return {
        "model": model,
        "name": name,
        "input_tokens": load.input_tokens,
        "output_tokens": load.output_tokens,
        "hit_share": load.hit_share,
        "drafts": load.drafts,
        "ttft_ms": limits.ttft_ms,
        "tpot_ms": limits.tpot_ms,
    }


def _point(each: ServingPrediction) -> Json:
    return {
        "layout": each.layout,
        "sequences": each.sequences,
        "tpot_ms": quantiles(each.tpot_ms),
        "ttft_ms": quantiles(each.ttft_ms),
        "output_tokens_per_s_per_chip": quantiles(each.output_rate_per_chip),
    }


def _message(flag: Message) -> Json:
    values: dict[str, Json] = {key: str(value) for key, value in flag.values.items()}
    return {"id": flag.id, "values": values}
