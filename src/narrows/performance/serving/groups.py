"""How the layers of a model keep their context: one group for each kind of cache."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.catalog import Indexer, LinearAttention, LinearKind, Model
from narrows.performance.serving.cache import CacheGroup
from narrows.performance.serving.facts import Compression, ModelFacts

LINEAR_WIDTH = 128
"""Head width of the linear layers of Qwen3-Next, Qwen3.5 and Kimi K3."""


def cache_groups(model: Model, facts: ModelFacts) -> tuple[CacheGroup, ...]:
    """Return the groups of layers that treat their cache alike."""
    if facts.compressed:
        return tuple(_compressed_group(model, part) for part in facts.compressed)
    full = full_layers(model)
    main = _latent_group(model, full) if is_latent(model) else _grouped(model, full)
    others = known(model.layers) - full
    if others == 0:
        return (main,)
    if model.linear_attention is not None:
        return (main, _linear_group(model, others))
    window = _first_int(model.sliding_window, facts.window)
    return (main, _grouped(model, others, window=float("inf") if window is None else window))


def is_latent(model: Model) -> bool:
    """Whether keys and values are kept as one latent vector for all heads (MLA)."""
    return model.kv_lora_rank is not None


def full_layers(model: Model) -> int:
    """Return the layers that attend to the whole context."""
    every = model.full_attention_every_n
    if every is None or every <= 1:
        return known(model.layers)
    return max(known(model.layers) // every, 1)


def linear_layers(model: Model) -> int:
    """Return the layers that keep a recurrent state instead of keys and values."""
    return 0 if model.linear_attention is None else known(model.layers) - full_layers(model)


@dataclass(frozen=True, slots=True)
class LinearState:
    """Heads and width of a recurrent state."""

    value_heads: int
    key_heads: int
    width: int


def linear_state(model: Model) -> LinearState:
    """Return the published state; blanks take what published models of this kind share."""
    linear = model.linear_attention or LinearAttention(kind=LinearKind.GATED_DELTANET)
    width = LINEAR_WIDTH if linear.head_dim is None else linear.head_dim
    value_heads = linear.value_heads
    if value_heads is None:
        value_heads = max(2 * known(model.hidden) // width, 1)
    key_heads = value_heads if linear.key_heads is None else linear.key_heads
    return LinearState(value_heads, key_heads, width)


def _grouped(model: Model, layers: float, *, window: float = float("inf")) -> CacheGroup:
    heads, width = known(model.heads), known(model.head_dim)
    return CacheGroup(
        layers=layers,
        elements=2.0 * known(model.kv_heads) * width,
        decode_flops=4.0 * heads * width,
        prefill_flops=4.0 * heads * width,
        shards=known(model.kv_heads),
        window=window,
    )


def _latent_group(model: Model, layers: float) -> CacheGroup:
    """Return the MLA cache: absorbed when decoding, expanded when prefilling.

    Where a query reads chosen tokens only, no two queries share them, so that expanding does not
    pay and prefill works on the absorbed form too. Keys and values are made of an entry by the
    matrix that every chunk applies to all tokens before it.
    """
    latent, rope = known(model.kv_lora_rank), known(model.qk_rope_dim)
    heads, nope, value = known(model.heads), known(model.qk_nope_dim), known(model.v_head_dim)
    index = model.indexer
    chosen = model.sparse_attention_topk
    absorbed = heads * (4.0 * latent + 2.0 * rope)
    expanded = float(heads * (nope + value)) if chosen is None else 0.0
    return CacheGroup(
        layers=layers,
        elements=float(latent + rope),
        decode_flops=absorbed,
        prefill_flops=2.0 * heads * (nope + rope + value) if chosen is None else absorbed,
        shards=1,
        selects=float("inf") if chosen is None else float(chosen),
        index_elements=_index_elements(index),
        index_flops=_index_flops(index),
        expanded_elements=expanded,
        expand_flops=2.0 * latent * expanded,
    )


def _compressed_group(model: Model, part: Compression) -> CacheGroup:
    """Return one kind of compressed layer: one latent entry for ``ratio`` tokens."""
    heads, width = known(model.heads), known(model.head_dim)
    index = model.indexer if part.selects is not None else None
    flops = 4.0 * heads * width
    return CacheGroup(
        layers=known(model.layers) * part.layers_share,
        elements=float(width),
        decode_flops=flops,
        prefill_flops=flops,
        shards=1,
        ratio=float(part.ratio),
        selects=float("inf") if part.selects is None else float(part.selects),
        index_elements=_index_elements(index),
        index_flops=_index_flops(index),
    )


def _linear_group(model: Model, layers: float) -> CacheGroup:
    state = linear_state(model)
    return CacheGroup(
        layers=layers,
        elements=0.0,
        decode_flops=0.0,
        prefill_flops=0.0,
        shards=state.value_heads,
        window=0.0,
        state_elements=float(state.value_heads * state.width * state.width),
    )


def _index_elements(index: Indexer | None) -> float:
    return 0.0 if index is None else float(index.head_dim)


def _index_flops(index: Indexer | None) -> float:
    return 0.0 if index is None else 2.0 * index.heads * index.head_dim


def known(value: int | None) -> int:
    """Return a dimension that was checked before."""
    if value is None:
        msg = "a dimension that was checked before is missing"
        raise ValueError(msg)
    return value


def _first_int(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
