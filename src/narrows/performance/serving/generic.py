"""A stand-in shape for a model of which only the parameter counts are known, from its name."""

from __future__ import annotations

import re

from narrows.catalog import Attention, Model
from narrows.core import Basis, Grade

_TOTAL = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)\s*([bt])(?![a-z0-9])")
_ACTIVE = re.compile(r"(?<![a-z0-9.])a(\d+(?:\.\d+)?)\s*b(?![a-z0-9])")

ASPECT = 90.0
"""Hidden size over layers: 80 to 130 in the catalogue's dense models above 8 billion."""
HEAD_WIDTH = 128
CACHE_HEADS = 8
"""Grouped-query models of the last years keep eight key-value heads."""
FFN_RATIO = 3.5
"""Feed-forward width over hidden size of gated dense models."""
DENSE_MAX_B = 130.0
"""Of the catalogue's models since 2024, those above are mixtures but for two."""
ACTIVE_SHARE = 0.06
"""Active over total parameters of such mixtures: 3 to 12 %, middle 6 %."""
LAYERS_MAX = 200
VOCAB = 152_000
EXPERTS_CHOSEN = 8
EXPERT_RATIO = 0.28
"""Expert width over hidden size of DeepSeek-V3, Kimi K2, GLM-5 and Qwen3 (0.27 to 0.38)."""


def generic_model(name: str) -> Model | None:
    """Return a stand-in for names such as ``Qwen3.6-35B-A3B``; ``None`` where no size is told."""
    text = name.lower().replace("_", "-")
    total = _TOTAL.search(text)
    if total is None:
        return None
    billions = float(total[1]) * (1000.0 if total[2] == "t" else 1.0)
    active = _ACTIVE.search(text)
    if active is not None:
        return _mixture(name, billions, float(active[1]))
    if billions > DENSE_MAX_B:
        return _mixture(name, billions, ACTIVE_SHARE * billions)
    return _dense(name, billions)


def _dense(name: str, billions: float) -> Model:
    # a gated layer with grouped keys holds about (2.25 + 3 x 3.5) h^2 weights
    layers = _layers(billions * 1e9, 2.25 + 3 * FFN_RATIO, embeddings=2)
    hidden = _even(ASPECT * layers)
    return _model(name, billions, layers, hidden, ffn_hidden=int(FFN_RATIO * hidden))


def _mixture(name: str, billions: float, active: float) -> Model:
    per_layer = 2.25 + 3 * EXPERT_RATIO * EXPERTS_CHOSEN
    layers = _layers(active * 1e9, per_layer, embeddings=1)
    hidden = _even(ASPECT * layers)
    width = int(EXPERT_RATIO * hidden)
    experts = max(round(billions * 1e9 / (layers * 3 * hidden * width) / 8) * 8, 8)
    return _model(
        name, billions, layers, hidden, experts=experts, width=width, active_params_b=active
    )


def _layers(params: float, per_layer: float, *, embeddings: int) -> int:
    """Return the layers of width ``ASPECT`` times their number that make up ``params``."""
    for layers in range(1, LAYERS_MAX):
        hidden = ASPECT * layers
        if layers * per_layer * hidden**2 + embeddings * VOCAB * hidden >= params:
            return layers
    return LAYERS_MAX


def _model(
    name: str,
    billions: float,
    layers: int,
    hidden: int,
    *,
    ffn_hidden: int | None = None,
    experts: int | None = None,
    width: int | None = None,
    active_params_b: float | None = None,
) -> Model:
    return Model(
        id=f"generic:{name.lower()}",
        sources=(),
        grade=Grade.D,
        basis=Basis.ASSUMED,
        family="generic",
        name=name,
        total_params_b=billions,
        active_params_b=active_params_b,
        layers=layers,
        hidden=hidden,
        heads=max(hidden // HEAD_WIDTH, CACHE_HEADS),
        kv_heads=CACHE_HEADS,
        head_dim=HEAD_WIDTH,
        ffn_hidden=ffn_hidden,
        ffn_matrices=3,
        vocab=VOCAB,
        experts_routed=experts,
        experts_topk=None if experts is None else EXPERTS_CHOSEN,
        moe_ffn_hidden=width,
        attention=Attention.GQA,
        tied_embeddings=False,
    )


def _even(hidden: float) -> int:
    return max(round(hidden / HEAD_WIDTH) * HEAD_WIDTH, HEAD_WIDTH)
