"""The shape of a transformer as numbers: what its layers multiply and keep.

One set of fields covers dense and mixture-of-experts layers, grouped and latent attention: a part
that a model lacks has size zero, and its products then cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from narrows.core import RefusalError
from narrows.performance.arrays import Array, xp
from narrows.performance.dimensions import Dimensions
from narrows.performance.linear_layers import NO_LINEAR, LinearLayer, linear_layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes in elements, counts in layers; every field is a number or an array of rows."""

    layers: Array
    hidden: Array
    heads: Array
    query_in: Array
    """Rows of the query (grouped attention: the joint query-key-value) projection."""
    query_out: Array
    kv_heads: Array
    """Heads of keys and values: more tensor ranks than these keep copies of them."""
    kv_out: Array
    """Columns of ``query_out`` that are keys and values; zero with latent attention."""
    latent_kv_in: Array
    """Rows of the latent key-value projection; zero without latent attention."""
    latent_kv_out: Array
    latent_out: Array
    """Columns of the down-projections to latents, computed by every tensor rank."""
    qk_dim: Array
    v_dim: Array
    kv_width: Array
    """Elements of keys and values per token that context ranks send each other: with latent
    attention the expanded ones of every head, which is what training kernels read."""
    ffn: Array
    ffn_matrices: Array
    vocab: Array
    moe_layers: Array
    experts: Array
    topk: Array
    expert_groups: Array
    """Groups of experts of which a token chooses some first: one where nothing limits it."""
    topk_groups: Array
    """Groups from which a token's experts come: as many as these where nothing limits it."""
    expert_ffn: Array
    shared_ffn: Array
    full_attention_share: Array
    """Share of the layers with a softmax that see the whole past."""
    window: Array
    linear_share: Array
    """Share of layers that keep a state in the place of keys and values."""
    linear_in: Array
    """This and the next eight: see :class:`~narrows.performance.linear_layers.LinearLayer`."""
    linear_latent: Array
    linear_up: Array
    linear_rank: Array
    linear_out: Array
    linear_conv: Array
    linear_flops: Array
    linear_bytes: Array
    linear_state: Array
    mtp_layers: Array
    """Layers that predict further tokens and are trained with the model, each with a pass through
    the shared output layer."""
    tied: Array
    alibi: Array
    """1 where positions are a bias on the scores, which some fused kernels do not take."""
    sinks: Array
    """1 where the softmax has a learned sink, which fused kernels came to know late."""

    @property
    def dense_layers(self) -> Array:
        """Layers whose feed-forward part is dense."""
        return self.layers - self.moe_layers

    @property
    def attention_parameters(self) -> Array:
        """Parameters of a mean layer's attention projections that tensor ranks share."""
        return self.attention_parameters_of(xp.array(1.0))

    def attention_parameters_of(self, tensor: Array) -> Array:
        """Return what one of ``tensor`` ranks keeps of them.

        A head of keys and values is not split: ranks beyond their number keep copies.
        """
        keys = self.query_in * self.kv_out
        shared = self.query_in * self.query_out + self.latent_kv_in * self.latent_kv_out
        shared = shared + self.heads * self.v_dim * self.hidden - keys
        softmax = shared / tensor + keys / xp.minimum(tensor, self.kv_heads)
        linear = self.hidden * (self.linear_in + self.linear_out)
        linear = linear + self.linear_rank * self.linear_up + self.linear_conv
        return (1.0 - self.linear_share) * softmax + self.linear_share * linear / tensor

    @property
    def whole_columns(self) -> Array:
        """Columns of a mean layer's projections to latents, which every tensor rank computes."""
        return (1.0 - self.linear_share) * self.latent_out + self.linear_share * self.linear_latent

    @property
    def replicated_parameters(self) -> Array:
        """Parameters of one layer that every tensor rank keeps: norms and latents."""
        return self.hidden * (self.whole_columns + 2.0)

    @property
    def dense_ffn_parameters(self) -> Array:
        """Parameters of one dense feed-forward part."""
        return self.ffn_matrices * self.hidden * self.ffn

    @property
    def shared_parameters(self) -> Array:
        """Parameters of one layer's shared experts."""
        return self.ffn_matrices * self.hidden * self.shared_ffn

    @property
    def routed_parameters(self) -> Array:
        """Parameters of one layer's routed experts, all of them."""
        return self.experts * self.ffn_matrices * self.hidden * self.expert_ffn

    @property
    def table_parameters(self) -> Array:
        """Parameters of the embedding; the output layer has as many unless tied."""
        return self.vocab * self.hidden

    @property
    def total_parameters(self) -> Array:
        """Parameters of the whole model."""
        every_layer = self.attention_parameters + self.replicated_parameters
        moe = self.routed_parameters + self.shared_parameters + self.hidden * self.experts
        body = (
            self.layers * every_layer
            + self.dense_layers * self.dense_ffn_parameters
            + self.moe_layers * moe
        )
        return body + self.table_parameters * (2.0 - self.tied)


GPT_FFN_MULTIPLE = 4
"""A GPT block that states no feed-forward width is four times as wide as its hidden size."""

NO_WINDOW = 1 << 30
"""Longer than any sequence: the window of a layer that sees the whole past."""


def shape_of(dimensions: Dimensions) -> Shape:
    """Return the numbers that the formulas use.

    Raises
    ------
    RefusalError
        A dimension that the layer kind needs is missing.
    """
    d = dimensions
    head_dim = d.hidden // d.heads if d.head_dim is None else d.head_dim
    kv_heads = d.heads if d.kv_heads is None else d.kv_heads
    attention = _latent(d) if d.latent else _grouped(d, head_dim, kv_heads)
    moe_layers = _moe_layers(d)
    numbers: dict[str, float] = {
        "layers": d.layers,
        "hidden": d.hidden,
        "heads": d.heads,
        **attention,
        "ffn": _dense_ffn(d, moe_layers),
        "ffn_matrices": _ffn_matrices(d),
        "vocab": _stated(d.vocab, "vocab"),
        "moe_layers": moe_layers,
        "experts": _absent(d.experts),
        "topk": _absent(d.topk),
        **_groups(d),
        "expert_ffn": _expert_ffn(d, moe_layers),
        "shared_ffn": _absent(d.shared_ffn),
        "full_attention_share": _full_attention_share(d),
        "window": _window(d),
        **_linear(d),
        "mtp_layers": _absent(d.mtp_layers),
        "tied": float(d.tied is True),
        "alibi": float(d.alibi),
        "sinks": float(d.sinks),
    }
    return Shape(**{name: xp.array(value) for name, value in numbers.items()})


def with_mtp(shape: Shape, layers: int | None) -> Shape:
    """Return the shape that trains so many layers for further tokens; ``None`` leaves the recipe.

    A published model's recipe trains what its configuration has.
    """
    return shape if layers is None else replace(shape, mtp_layers=xp.array(float(layers)))


def _absent(size: int | None) -> int:
    """Return zero for a part that a configuration does not mention, because it does not exist."""
    return 0 if size is None else size


def _window(d: Dimensions) -> int:
    return NO_WINDOW if d.window is None else d.window


def _full_attention_share(d: Dimensions) -> float:
    if d.window is None:
        return 1.0
    return 0.0 if d.full_attention_every is None else 1.0 / d.full_attention_every


def _linear(d: Dimensions) -> dict[str, float]:
    """Return the share and the sizes of layers that keep a state: none or all but every n-th."""
    layer, share = NO_LINEAR, 0.0
    if d.linear is not None:
        every = _stated(d.full_attention_every, "full_attention_every_n")
        layer, share = linear_layer(d.linear), 1.0 - d.layers // every / d.layers
    sizes = {item.name: getattr(layer, item.name) for item in fields(LinearLayer)}
    return {"linear_share": share} | sizes


def _grouped(d: Dimensions, head_dim: int, kv_heads: int) -> dict[str, float]:
    value_dim = head_dim if d.v_head is None else d.v_head
    keys_and_values = kv_heads * (head_dim + value_dim)
    return {
        "query_in": d.hidden,
        "query_out": (1 + d.output_gate) * d.heads * head_dim + keys_and_values,
        "kv_heads": kv_heads,
        "kv_out": keys_and_values,
        "latent_kv_in": 0,
        "latent_kv_out": 0,
        "latent_out": 0,
        "qk_dim": head_dim,
        "v_dim": value_dim,
        "kv_width": keys_and_values,
    }


def _latent(d: Dimensions) -> dict[str, float]:
    kv_lora = _stated(d.kv_lora, "kv_lora_rank")
    nope, rope = _stated(d.qk_nope, "qk_nope_dim"), _stated(d.qk_rope, "qk_rope_dim")
    v_head = _stated(d.v_head, "v_head_dim")
    return {
        "query_in": d.hidden if d.q_lora is None else d.q_lora,
        "query_out": d.heads * (nope + rope),
        "kv_heads": d.heads,
        "kv_out": 0,
        "latent_kv_in": kv_lora,
        "latent_kv_out": d.heads * (nope + v_head),
        "latent_out": _absent(d.q_lora) + kv_lora + rope,
        "qk_dim": nope + rope,
        "v_dim": v_head,
        "kv_width": d.heads * (nope + rope + v_head),
    }


def _moe_layers(d: Dimensions) -> int:
    if _absent(d.experts) == 0:
        return 0
    _stated(d.topk, "experts_topk")
    after = d.layers - _absent(d.first_dense_layers)
    return after if d.moe_every is None else after // d.moe_every


def _groups(d: Dimensions) -> dict[str, float]:
    if d.expert_groups is None or d.expert_groups <= 1:
        return {"expert_groups": 1, "topk_groups": _absent(d.topk)}
    return {"expert_groups": d.expert_groups, "topk_groups": _stated(d.topk_groups, "topk_group")}


def _dense_ffn(d: Dimensions, moe_layers: int) -> float:
    if moe_layers == d.layers:
        return 0.0
    if d.ffn is None:
        return float(GPT_FFN_MULTIPLE * d.hidden)
    return float(d.ffn)


def _expert_ffn(d: Dimensions, moe_layers: int) -> float:
    if moe_layers == 0:
        return 0.0
    width = d.ffn if d.expert_ffn is None else d.expert_ffn
    return float(GPT_FFN_MULTIPLE * d.hidden if width is None else width)


def _ffn_matrices(d: Dimensions) -> int:
    """Return two for an ungated block, three for a gated one.

    Where it is not stated, a width of exactly 4h (or none) is the GPT block, any other is gated.
    """
    if d.ffn_matrices is not None:
        return d.ffn_matrices
    width = d.ffn if d.expert_ffn is None else d.expert_ffn
    gated = width is not None and width != GPT_FFN_MULTIPLE * d.hidden
    return 3 if gated else 2


def _stated(value: int | None, name: str) -> float:
    if value is None:
        raise RefusalError(f"the model states no {name}", (name,))
    return float(value)


def stack(shapes: list[Shape]) -> Shape:
    """Return many shapes as one whose fields are arrays of rows."""
    return Shape(
        **{
            item.name: xp.array([getattr(shape, item.name) for shape in shapes])  # type: ignore[arg-type]
            for item in fields(Shape)
        }
    )
