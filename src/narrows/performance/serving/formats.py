"""The number formats of a run, from what its row, its engine and its model say."""

from __future__ import annotations

import re
from dataclasses import replace

from narrows.catalog import Model
from narrows.core import InputError
from narrows.performance.serving.device import Device
from narrows.performance.serving.facts import EngineFacts, ModelFacts, load_facts
from narrows.performance.serving.numbers import BYTES, Dtype, Kernel, Scheme, kernel

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
    (re.compile(r"mxfp8"), "mxfp8"),
    (re.compile(r"mxfp4"), "mxfp4"),
    (re.compile(r"nvfp4"), "nvfp4"),
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
_FOUR_BIT_FLOAT = re.compile(r"(?P<mx>mx)?(?:nv)?fp4")
_FLOATS_BY_ACTS = {
    (False, 4): "fp4",
    (False, 8): "nvfp4a8",
    (False, 16): "nvfp4a16",
    (True, 4): "mxfp4",
    (True, 8): "mxfp4a8",
    (True, 16): "mxfp4a16",
}
"""Four-bit floats by whether they are microscaled, and by the bits of activations beside them."""
WORDS = "bf16, fp8, mxfp8, fp4, nvfp4, mxfp4, int8, w8a8, w4a8, w4a16, w8a16"
_CACHE_IN_NAME = re.compile(r"w\d+a\d+c8", re.IGNORECASE)


_FLOATS = frozenset({Dtype.FP4, Dtype.FP8})
_PLAIN = frozenset({"fp4", "mxfp4", "int4"})
"""Words that a source uses for the very format in which four-bit experts are published."""


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
    arithmetic keep it in 8 bits. A four-bit float of no kind is that of the maker's units.
    """
    facts = load_facts().model(_facts_key(model, written))
    named = _format(weights) or _format(written) or facts.native
    if named == "fp4":
        named = load_facts().four_bit_float(device.family)
    native = None if _is_bf16(weights) else facts.native_experts
    dense = _dense(named, facts, model)
    four_bit = kernel(named).arithmetic is Dtype.FP4
    sixteen = dense == "bf16" and Dtype.FP4 not in device.rates
    return Scheme(
        attention=kernel("bf16" if four_bit and model.kv_lora_rank is not None else dense),
        dense=kernel(dense),
        experts=_experts(named, native, weights, device),
        cache=_cache(cache, written, engine, "bf16" if sixteen else named),
    )


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
    four_bit = _FOUR_BIT_FLOAT.search(lowered)
    if bits is not None and four_bit is not None:
        return _FLOATS_BY_ACTS.get((four_bit["mx"] is not None, int(bits["acts"])))
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


def _experts(named: str, native: str | None, weights: str | None, device: Device) -> Kernel:
    asked = kernel(named)
    if weights is not None and asked.arithmetic is not Dtype.BF16 and "mxfp4" in weights.lower():
        return kernel("mxfp4a8")
    if native is None:
        return asked
    published = kernel(native)
    if _names_published(named, published):
        # only weights were published in four bits: units for such products take activations in
        # eight bits, and without them the weights are widened to the activations' sixteen
        units = asked.arithmetic in _FLOATS and Dtype.FP4 in device.rates
        return replace(published, arithmetic=Dtype.FP8) if units else published
    if BYTES[published.weights.element] >= BYTES[asked.weights.element]:
        return asked
    if asked.arithmetic is Dtype.FP8:
        return replace(published, arithmetic=Dtype.FP8)
    return kernel("w4a8") if asked.arithmetic is Dtype.INT8 else published


def _dense(named: str, facts: ModelFacts, model: Model) -> str:
    if named == "w4a8" and model.experts_routed is not None:
        return "w8a8"
    if facts.native_experts is None:
        return named
    published = kernel(facts.native_experts)
    is_four_bit = kernel(named).arithmetic is Dtype.FP4
    return facts.native if is_four_bit or _names_published(named, published) else named


def _names_published(named: str, published: Kernel) -> bool:
    """Whether a word means the published four-bit experts.

    It does where it names their element, and where it names an 8-bit float for experts of which
    only the weights are narrow: it then speaks of the arithmetic.
    """
    asked = kernel(named)
    if named in _PLAIN:
        return asked.weights.element is published.weights.element
    return published.arithmetic is Dtype.BF16 and asked.weights.element is Dtype.FP8


def _cache(cache: str | None, written: str, engine: EngineFacts, named: str) -> Dtype:
    told = None if cache is None else _cache_format(cache)
    if told is not None:
        return Dtype(told)
    if _CACHE_IN_NAME.search(written):
        return Dtype.INT8
    return Dtype.BF16 if named == "bf16" else Dtype(engine.quantised_cache)
