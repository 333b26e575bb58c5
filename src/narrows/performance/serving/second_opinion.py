"""A second opinion from the tables of the package ``aiconfigurator``, where it is installed.

The package is an extra of its own and is imported only when it is asked. It covers some chips of
one maker; what it has no table for is refused with the reason that it gives.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from narrows.core import InputError, RefusalError
from narrows.performance.serving.candidate import Candidate
from narrows.performance.serving.layout import Layout
from narrows.performance.serving.peer_names import PeerNames, load_peer_names

PACKAGE = "aiconfigurator"
_API = "aiconfigurator.cli.api"
_EXTRA = "narrows[aiconfigurator]"
_FAULTS = (RuntimeError, ValueError, KeyError, TypeError, AttributeError, OSError)
"""What the package raises for questions that its tables do not hold; it has no common error."""
_PROMPTS_AT_ONCE = 1
"""Prompts that a prefill worker computes together; sources do not tell it."""


class Estimated(Protocol):
    """What we read of the package's answer."""

    ttft: float
    tpot: float
    tokens_per_second: float
    backend_version: str
    kv_cache_warning: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerQuestion:
    """A deployment and its load, in our words.

    ``weights`` is the format of the (experts') weights; ``accepted`` the drafts accepted a step.
    ``chunk_tokens`` of prompts ride in an iteration; one whole prompt where it is left out.
    """

    model: str
    chip: str
    engine: str
    weights: str
    cache: str
    found: Candidate
    is_moe: bool
    input_tokens: float
    output_tokens: float
    cached_tokens: float = 0.0
    drafts: int = 0
    accepted: float = 0.0
    chunk_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Their answer: mean latencies, and generated tokens a second of all instances.

    ``waits`` says that they find too little memory for the sequences, so that requests would
    queue.
    """

    ttft_ms: float
    tpot_ms: float
    output_rate: float
    tables: str
    waits: bool


def second_opinion(question: PeerQuestion, *, sequences: float | None = None) -> Opinion:
    """Return what aiconfigurator's tables say of a deployment.

    ``sequences`` decode on each instance; the candidate's own number where it is left out.

    Raises
    ------
    InputError
        The package is not installed.
    RefusalError
        It has no table for the chip, the model or the layout, or finds that it does not fit.
    """
    each = question.found.sequences if sequences is None else sequences
    if each is None:
        raise InputError("the batch is open", "give sequences", fieldname="sequences")
    estimate = _estimator()
    asked = _arguments(question, each, load_peer_names())
    try:
        told = estimate(**asked)
    except _FAULTS as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RefusalError(f"{PACKAGE} cannot tell: {reason}", ("second_opinion",)) from error
    batch = _batch(question.found.layout, each)
    filled = each / (batch * float(question.found.layout.dp[0]))
    copies = 1 if asked["mode"] == "disagg" else question.found.instances
    return Opinion(
        ttft_ms=float(told.ttft),
        tpot_ms=float(told.tpot),
        output_rate=float(told.tokens_per_second) * copies * min(filled, 1.0),
        tables=f"{asked['system_name']}, {asked['backend_name']} {told.backend_version}",
        waits=told.kv_cache_warning is not None,
    )


def _estimator() -> Callable[..., Estimated]:
    try:
        api = importlib.import_module(_API)
    except ImportError as error:
        raise InputError(
            f"{PACKAGE} is not installed", f"pip install '{_EXTRA}'", fieldname="second_opinion"
        ) from error
    logging.getLogger(PACKAGE).setLevel(logging.ERROR)
    logging.getLogger(f"{PACKAGE}_core").setLevel(logging.ERROR)
    return cast("Callable[..., Estimated]", api.cli_estimate)


def _arguments(question: PeerQuestion, each: float, names: PeerNames) -> dict[str, object]:
    system, backend = names.system(question.chip), names.backend(question.engine)
    checkpoint = names.checkpoint(question.model, question.weights)
    asked: dict[str, object] = {
        "model_path": checkpoint.path,
        "system_name": system,
        "backend_name": backend,
        "isl": round(question.input_tokens),
        "osl": round(question.output_tokens),
        "prefix": round(question.cached_tokens),
        "kvcache_quant_mode": names.cache_mode(question.cache),
    }
    if checkpoint.mode is not None:
        asked["gemm_quant_mode"] = checkpoint.mode
        if question.is_moe:
            asked["moe_quant_mode"] = checkpoint.mode
    if question.drafts > 0:
        asked |= {"nextn": question.drafts, "nextn_accepted": question.accepted}
    return asked | _placed(question, each)


def _placed(question: PeerQuestion, each: float) -> dict[str, object]:
    """Return mode, degrees and batch: one pool, two pools, or decoding alone."""
    found = question.found
    batch = _batch(found.layout, each)
    if found.prefill_layout is None:
        mode = "static_gen" if found.decode_only else "agg"
        return {
            "mode": mode,
            "batch_size": batch,
            "ctx_tokens": question.chunk_tokens,
            **_degrees(found.layout, "", is_moe=question.is_moe),
        }
    return {
        "mode": "disagg",
        **_degrees(found.prefill_layout, "prefill_", is_moe=question.is_moe),
        **_degrees(found.layout, "decode_", is_moe=question.is_moe),
        "prefill_batch_size": _PROMPTS_AT_ONCE,
        "prefill_num_workers": found.prefill_instances,
        "decode_batch_size": batch,
        "decode_num_workers": found.instances,
    }


def _batch(layout: Layout, each: float) -> int:
    """Return sequences of one replica of attention, which is how the package counts a batch."""
    return max(round(each / float(layout.dp[0])), 1)


def _degrees(layout: Layout, role: str, *, is_moe: bool) -> dict[str, object]:
    degrees: dict[str, object] = {
        f"{role}tp_size": round(float(layout.tp[0])),
        f"{role}pp_size": round(float(layout.pp[0])),
        f"{role}attention_dp_size": round(float(layout.dp[0])),
    }
    if is_moe:
        degrees[f"{role}moe_tp_size"] = round(float(layout.expert_tp[0]))
        degrees[f"{role}moe_ep_size"] = round(float(layout.ep[0]))
    return degrees
