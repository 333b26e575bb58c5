"""The number formats of a run, from what its row, its engine and its model say."""

from __future__ import annotations

import re

from narrows.catalog import Model
from narrows.core import InputError
from narrows.performance.serving.device import Device
from narrows.performance.serving.facts import EngineFacts, ModelFacts, load_facts
from narrows.performance.serving.numbers import BYTES, Dtype, Scheme, kernel, scheme

_IN_NAME = (
    ("w4a8", "w4a8"),
    ("w8a8", "w8a8"),
    ("nvfp4", "fp4"),
    ("mxfp4", "fp4"),
    ("fp4", "fp4"),
    ("fp8", "fp8"),
    ("int4", "int4"),
    ("awq", "int4"),
    ("gptq", "int4"),
    ("bf16", "bf16"),
)
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
    """Check words for formats that a person chose: a row's unknown word means its native format.

    Raises
    ------
    InputError
        A word names no format.
    """
    if weights is not None and _format(weights) is None:
        words = ", ".join(dict.fromkeys(word for word, _ in _IN_NAME))
        raise InputError(
            "unknown weight format", f"use one of {words}", fieldname="weights", value=weights
        )
    if cache is not None and not any(each.value in cache.lower() for each in Dtype):
        words = ", ".join(Dtype)
        raise InputError(
            "unknown cache format", f"use one of {words}", fieldname="cache", value=cache
        )


def _facts_key(model: Model, written: str) -> str:
    """Return the written name where facts know it better than the record that it shares."""
    key = written.strip().lower()
    return key if len(load_facts().model(key).models) > 0 else model.id


def _format(text: str | None) -> str | None:
    if text is None:
        return None
    lowered = text.lower()
    if "mxfp8" in lowered and "mxfp4" in lowered:
        return "fp8"
    return next((name for mark, name in _IN_NAME if mark in lowered), None)


def _is_bf16(weights: str | None) -> bool:
    return weights is not None and weights.lower() in {"bf16", "fp16"}


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
    if cache is not None:
        lowered = cache.lower()
        return next((d.value for d in Dtype if d.value in lowered), "bf16")
    if _CACHE_IN_NAME.search(written):
        return "int8"
    return "bf16" if named == "bf16" else engine.quantised_cache
