"""Exposed exchanges of a layer: tensor parallelism, expert dispatch, the context ring."""

from __future__ import annotations

from narrows.performance import attention
from narrows.performance.arrays import Array, xp
from narrows.performance.collectives import (
    Group,
    all_reduce_seconds,
    all_to_all_seconds,
    distinct_domains,
    exposed,
    gather_seconds,
    place,
    send_seconds,
)
from narrows.performance.linear_layers import STATE_BYTES
from narrows.performance.training.rank import Rank

ELEMENT_BYTES = 2.0
"""Activations travel in 16 bits."""
SWAPPED_TENSORS = 4.0
"""Queries, keys, values, and the output on its way back."""


def tensor_seconds(r: Rank, moe: Array, cover_s: Array) -> Array:
    """Return exposed tensor-parallel traffic: one all-reduce a part, or its two halves.

    Routed experts that tensor ranks do not split need none; split and shared ones do.
    """
    group = place(r.s.tensor, xp.array(1.0), r.device.domain)
    tensor_bytes = 2.0 * r.tokens * r.shape.hidden
    summed = (r.shape.shared_ffn > 0.0) | (r.s.expert_tensor > 1.0)
    parts = 2.0 - moe + moe * xp.where(summed, 1.0, 0.0)
    halves_s = 2.0 * gather_seconds(tensor_bytes, group, r.links)
    whole_s = all_reduce_seconds(tensor_bytes, group, r.links)
    once_s = xp.where(r.s.sequence_parallel > 0.0, halves_s, whole_s)
    once_s = xp.where(r.s.tensor > 1.0, once_s, 0.0)
    return exposed(parts * once_s, cover_s, r.c.tensor_overlap)


def dispatch_seconds(r: Rank, cover_s: Array) -> Array:
    """Return exposed dispatch and combine of a forward pass."""
    group = place(r.s.expert, r.s.expert_tensor, r.device.domain)
    tokens = r.tokens / r.s.tensor * r.s.expert_tensor
    both_ways_s = xp.where(
        r.w.gathers > 0.0, _gathered_s(r, group, tokens), _exchanged_s(r, group, tokens)
    )
    return exposed(both_ways_s, cover_s, r.c.expert_overlap)


def _gathered_s(r: Rank, group: Group, tokens: Array) -> Array:
    """Return an all-gather of the group's tokens and a reduce-scatter of what experts made of them.

    Their volume is the same however many experts a token has.
    """
    all_bytes = ELEMENT_BYTES * r.shape.hidden * tokens * group.size
    return xp.where(group.size > 1.0, 2.0 * gather_seconds(all_bytes, group, r.links), 0.0)


def _exchanged_s(r: Rank, group: Group, tokens: Array) -> Array:
    """Return two all-to-alls of every token's copies, one a domain where software sends no more.

    A token that chooses groups of experts first reaches no more domains than these lie in.
    """
    row_bytes = ELEMENT_BYTES * r.shape.hidden
    limit = r.shape.topk_groups * xp.maximum(1.0, group.outer / r.shape.expert_groups)
    domains = xp.minimum(distinct_domains(r.shape.topk, group.outer), limit)
    copies = xp.where(r.w.deduplicates > 0.0, domains, r.shape.topk)
    inside_s = all_to_all_seconds(
        tokens * r.shape.topk * row_bytes,
        Group(inner=group.inner, outer=xp.array(1.0)),
        r.links,
    )
    outside_s = all_to_all_seconds(
        tokens * copies * row_bytes, Group(inner=xp.array(1.0), outer=group.outer), r.links
    )
    return 2.0 * xp.maximum(inside_s, outside_s)


def context_seconds(r: Rank, core_s: Array) -> tuple[Array, Array]:
    """Return exposed traffic of context parallelism, forward and backward, of a mean layer."""
    ring_s, ring_backward_s = _ring_seconds(r, core_s)
    heads_s = _heads_seconds(r)
    by_heads = r.s.by_heads > 0.0
    share = r.shape.linear_share
    states_s = share * _states_seconds(r)
    forward_s = (1.0 - share) * xp.where(by_heads, heads_s, ring_s)
    backward_s = (1.0 - share) * xp.where(by_heads, heads_s, ring_backward_s)
    return forward_s + states_s, backward_s + states_s


def _states_seconds(r: Rank) -> Array:
    """Return what ranks wait for each other's states: every rank needs that of all before it."""
    group = place(r.s.context, r.s.tensor, r.device.domain)
    states = STATE_BYTES * r.s.micro_batch * r.shape.linear_state / r.s.tensor
    whole_s = gather_seconds(states * r.s.context, group, r.links)
    return xp.where(r.s.context > 1.0, whole_s, 0.0)


def _ring_seconds(r: Rank, core_s: Array) -> tuple[Array, Array]:
    """Return exposed ring traffic of keys and values; a hop hides behind one block's core.

    With latent attention these are the expanded keys and values of a rank's heads: Megatron's and
    MindSpeed's rings and those of PyTorch stand around the kernel, after the expansion.
    """
    hop_bytes = ELEMENT_BYTES * r.tokens * _sent_keys(r)
    leaves = xp.where(r.s.context * r.s.tensor > r.device.domain, 1.0, 0.0)
    hop_s = send_seconds(hop_bytes, leaves, r.links)
    block_s = core_s / r.s.context
    hops = r.s.context - 1.0
    forward_s = hops * xp.maximum(0.0, hop_s - block_s)
    backward_s = hops * xp.maximum(0.0, 2.0 * hop_s - attention.BACKWARD_PRODUCTS * block_s)
    return forward_s, backward_s


def _sent_keys(r: Rank) -> Array:
    """Return a rank's elements of keys and values per token: at least those of one head."""
    return r.shape.kv_width / xp.minimum(r.s.tensor, r.shape.kv_heads)


def _heads_seconds(r: Rank) -> Array:
    """Return the all-to-alls that swap sequence for heads: queries, keys, values in, output back.

    Nothing hides them: the core needs all of its heads. The backward pass sends as much. Keys and
    values that have fewer heads than there are ranks are sent to every rank that needs them.
    """
    group = place(r.s.context, r.s.tensor, r.device.domain)
    widest = r.shape.heads * (r.shape.qk_dim + r.shape.v_dim) / r.s.tensor
    fewest = r.s.context * (r.shape.qk_dim + r.shape.v_dim)
    sent = widest + xp.minimum(widest, xp.maximum(_sent_keys(r), fewest))
    all_bytes = ELEMENT_BYTES * r.tokens * sent
    start_s = all_to_all_seconds(xp.array(0.0), group, r.links)
    return all_to_all_seconds(all_bytes, group, r.links) + (SWAPPED_TENSORS - 1.0) * start_s
