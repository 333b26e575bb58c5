"""The number formats of a run, from what its row, its engine and its model say."""

from __future__ import annotations

import re

from narrows.catalog import Model
from narrows.core import InputError
from narrows.performance.serving.device import Device
from narrows.performance.serving.facts import EngineFacts, ModelFacts, load_facts
from narrows.performance.serving.numbers import BYTES, Dtype, Scheme, kernel, scheme

_BITS = re.compile(r"w(?P<weights>\d+)a(?P<fp>fp)?(?P<acts>\d+)(?P<float>[\s-]?fp8|fp)?")
_BY_BITS = {
    (4, 8, False): "w4a8",
    (4, 8, True): "w4a8fp",
    (8, 8, False): "w8a8",
    (8, 8, True): "fp8",
    (4, 16, False): "int4",
    (8, 16, False): "w8a16",
    (16, 16, False): "bf16",
}
"""By bits of weights and of activations, and whether eight bits are a float."""
_WORDS = (
    (re.compile(r"mxfp8.*mxfp4|mxfp4.*mxfp8"), "fp8"),
    (re.compile(r"fp4"), "fp4"),
    (re.compile(r"fp8|float8|e4m3|e5m2"), "fp8"),
    (
        re.compile(
            r"gptq[\s_-]*(?:int)?8|8[\s-]?bit[\s_-]*(?:gptq|weight)|weight[\s-]*only.*8|8.*weight[\s-]*only"
        ),
        "w8a16",
    ),
    (re.compile(r"int4|\b4[\s-]?bit|awq|gptq|nf4|\bq4"), "int4"),
    (re.compile(r"int8|\b8[\s-]?bit|\bq8"), "int8"),
    (re.compile(r"bf16|fp16|float16|\bhalf\b|\b16[\s-]?bit|\bf16\b"), "bf16"),
)
"""Words for formats, the narrower meaning first."""
_CACHES = (
    (re.compile(r"fp8|float8|e4m3|e5m2|mxfp8"), "fp8"),
    (re.compile(r"fp4"), "fp4"),
    (re.compile(r"int8|\bc8\b|kv8"), "int8"),
    (re.compile(r"int4|\bc4\b|kv4"), "int4"),
    (re.compile(r"bf16|fp16|float16|\bhalf\b|\b16[\s-]?bit|\bc16\b"), "bf16"),
)
WORDS = "bf16, fp8, fp4, int8, w8a8, w4a8, w4a16, w8a16"
_CACHE_IN_NAME = re.compile(r"w\d+a\d+c8", re.IGNORECASE)


_FLOATS = frozenset({Dtype.FP4, Dtype.FP8})


def row_scheme(
    model: Model,
    engine: EngineFacts,
    device: Device,
    *,
    written: str,
    weights: str | None,
    cache: str | None,
) -> Scheme:
    """Return the scheme of a run.

    The row's own word counts first, then the model's name, then the format in which the weights
    are published. Experts that are published narrower than the row's format stay narrow: the row
    then speaks of the arithmetic. Where such experts are widened to 16 bits, the rest stays as
    published, and so does the cache on a chip without four-bit units. Four-bit checkpoints of
    latent-attention models keep attention in 16 bits, those with four-bit weights for 8-bit
    arithmetic keep it in 8 bits.
    """
    facts = load_facts().model(_facts_key(model, written))
    named = _format(weights) or _format(written) or facts.native
    native = None if _is_bf16(weights) else facts.native_experts
    experts = _experts(named, native, weights, device)
    dense = _dense(named, facts, model)
    attention = "bf16" if named == "fp4" and model.kv_lora_rank is not None else dense
    sixteen = dense == "bf16" and Dtype.FP4 not in device.rates
    kept = _cache(cache, written, engine, "bf16" if sixteen else named)
    return scheme(dense, kept, attention=attention, experts=experts)


def check_words(weights: str | None, cache: str | None) -> None:
    """Check the words for formats that a row gives or a person chose.

    Raises
    ------
    InputError
        A word names no format.
    """
    if weights is not None and _format(weights) is None:
        raise InputError(
            "unknown weight format", f"use one of {WORDS}", fieldname="weights", value=weights
        )
    if cache is not None and _cache_format(cache) is None:
        words = ", ".join(Dtype)
        raise InputError(
            "unknown cache format", f"use one of {words}", fieldname="cache", value=cache
        )


def _facts_key(model: Model, written: str) -> str:
    """Return the written name where facts know it better than the record that it shares."""
    key = written.strip().lower()
    return key if len(load_facts().model(key).models) > 0 else model.id


def _format(text: str | None) -> str | None:
    """Return the format that a cell or a model's name tells; ``None`` where it tells none.

    A four-bit format of floats beside ``W4A16`` is one: only its arithmetic is wide.
    """
    if text is None:
        return None
    lowered = text.lower()
    bits = _BITS.search(lowered)
    if bits is not None:
        is_float = bits["fp"] is not None or bits["float"] is not None or "fp8" in lowered
        acts = int(bits["acts"])
        return _BY_BITS.get((int(bits["weights"]), acts, is_float and acts == EIGHT_BITS))
    return next((name for pattern, name in _WORDS if pattern.search(lowered)), None)


EIGHT_BITS = 8


def _cache_format(text: str) -> str | None:
    lowered = text.lower()
    return next((name for pattern, name in _CACHES if pattern.search(lowered)), None)


def _is_bf16(weights: str | None) -> bool:
    return weights is not None and _format(weights) == "bf16"


def _experts(named: str, native: str | None, weights: str | None, device: Device) -> str:
    if weights is not None and "mxfp4" in weights.lower():
        return "w4a8fp"
    if native is None:
        return named
    if _only_weights_narrow(named, native):
        # only weights were published in four bits: units for such products take activations in
        # eight bits, and without them the weights are widened to the activations' sixteen
        return "w4a8fp" if Dtype.FP4 in device.rates else native
    narrower = BYTES[kernel(native).weights] < BYTES[kernel(named).weights]
    if not narrower:
        return named
    if kernel(named).arithmetic is Dtype.FP8:
        return "w4a8fp"
    return "w4a8" if kernel(named).arithmetic is Dtype.INT8 else native


def _dense(named: str, facts: ModelFacts, model: Model) -> str:
    if named == "w4a8" and model.experts_routed is not None:
        return "w8a8"
    if named == "int4" and facts.native_experts == "int4":
        return facts.native
    native = facts.native_experts
    if native is not None and (named == "fp4" or _only_weights_narrow(named, native)):
        return facts.native
    return named


def _only_weights_narrow(named: str, native: str) -> bool:
    """Whether a float format is named for experts of which only the weights are narrow."""
    return kernel(native).arithmetic is Dtype.BF16 and kernel(named).arithmetic in _FLOATS


def _cache(cache: str | None, written: str, engine: EngineFacts, named: str) -> str:
    told = None if cache is None else _cache_format(cache)
    if told is not None:
        return told
    if _CACHE_IN_NAME.search(written):
        return "int8"
    return "bf16" if named == "bf16" else engine.quantised_cache
