"""Layers that keep a state of fixed size: their projections, and the work of a chunked kernel.

A kernel takes ``C`` tokens at a time: within a chunk it multiplies queries, keys and values as
attention does, between chunks it reads and writes the state. Its work grows with the sequence, not
with its square (Gated DeltaNet: 2412.06464; lightning attention: 2501.08313; Kimi: 2510.26692).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from narrows.catalog import LinearAttention, LinearKind
from narrows.core import RefusalError

CONV_TAPS = 4
"""Tokens that the short convolution of a delta layer sees."""
DELTA_CHUNK = 64
"""Tokens of a chunk in the published kernels of delta rules (flash-linear-attention)."""
LIGHTNING_CHUNK = 256
"""Tokens of a block in the published kernel of lightning attention (2401.04658)."""
STATE_BYTES = 4.0
"""States are kept in 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearLayer:
    """One layer's sizes in elements, and its core's operations and traffic per token, forward."""

    linear_in: float
    """Columns of the projections that tensor ranks share."""
    linear_latent: float
    """Columns of low-rank gates, computed by every tensor rank."""
    linear_up: float
    """Columns out of the low-rank gates."""
    linear_rank: float
    """Rows of those."""
    linear_out: float
    """Rows of the output projection."""
    linear_conv: float
    """Weights of short convolutions."""
    linear_flops: float
    linear_bytes: float
    linear_state: float
    """Elements of the state."""


NO_LINEAR = LinearLayer(
    linear_in=0.0,
    linear_latent=0.0,
    linear_up=0.0,
    linear_rank=0.0,
    linear_out=0.0,
    linear_conv=0.0,
    linear_flops=0.0,
    linear_bytes=0.0,
    linear_state=0.0,
)
"""Of a model without such layers."""


def linear_layer(linear: LinearAttention) -> LinearLayer:
    """Return the sizes of a layer that keeps a state.

    Raises
    ------
    RefusalError
        A dimension is not stated, or the kind has no formula here.
    """
    if linear.kind not in _SIZES:
        raise RefusalError(f"layers of kind {linear.kind} are not modelled", ("linear_attention",))
    sizes = (linear.key_heads, linear.value_heads, linear.head_dim)
    if None in sizes:
        raise RefusalError(
            "the model states no dimensions of its linear layers",
            ("linear_attention.key_heads", "linear_attention.value_heads", "head_dim"),
        )
    return _SIZES[linear.kind](*(float(size) for size in sizes if size is not None))


def _gated_delta(keys: float, values: float, width: float) -> LinearLayer:
    """Count queries, keys and values (convolved), an output gate, two scalars a value head."""
    mixed = (2.0 * keys + values) * width
    return LinearLayer(
        linear_in=mixed + values * width + 2.0 * values,
        linear_latent=0.0,
        linear_up=0.0,
        linear_rank=0.0,
        linear_out=values * width,
        linear_conv=CONV_TAPS * mixed,
        **_core(values, width, chunk=DELTA_CHUNK, within=_DELTA_WITHIN, across=_DELTA_ACROSS),
    )


def _kimi_delta(keys: float, values: float, width: float) -> LinearLayer:
    """Count as the gated delta rule, with two low-rank gates, one a decay of every channel."""
    mixed = (2.0 * keys + values) * width
    return LinearLayer(
        linear_in=mixed + values,
        linear_latent=2.0 * width,
        linear_up=2.0 * values * width,
        linear_rank=width,
        linear_out=values * width,
        linear_conv=CONV_TAPS * mixed,
        **_core(values, width, chunk=DELTA_CHUNK, within=_DELTA_WITHIN, across=_DELTA_ACROSS),
    )


def _lightning(keys: float, values: float, width: float) -> LinearLayer:
    """Count queries, keys, values and an output gate; decays are fixed."""
    return LinearLayer(
        linear_in=(2.0 * keys + 2.0 * values) * width,
        linear_latent=0.0,
        linear_up=0.0,
        linear_rank=0.0,
        linear_out=values * width,
        linear_conv=0.0,
        **_core(values, width, chunk=LIGHTNING_CHUNK, within=_PLAIN_WITHIN, across=_PLAIN_ACROSS),
    )


_PLAIN_WITHIN = 2.0
"""Products of a chunk's tokens with each other: scores, and scores with values."""
_PLAIN_ACROSS = 2.0
"""Products with the state: read by queries, written by keys and values."""
_DELTA_WITHIN = 5.0
"""Beside them: keys with keys, and the inverse of that triangle with keys and with values."""
_DELTA_ACROSS = 3.0
"""Beside them: what the state already says of the chunk's keys."""
_DELTA_INVERSE = 2.0 / 3.0
"""Operations of inverting a triangle of C, over C^3; as many a token as this by C^2."""


def _core(
    values: float, width: float, *, chunk: int, within: float, across: float
) -> Mapping[str, float]:
    """Return operations, traffic and state of the core of ``values`` heads of ``width``."""
    inverse = _DELTA_INVERSE * chunk * chunk if within > _PLAIN_WITHIN else 0.0
    state = values * width * width
    each = 2.0 * within * chunk * width + 2.0 * across * width * width + inverse
    streams = 2.0 * (within + 1.0) * values * width
    return {
        "linear_flops": values * each,
        "linear_bytes": streams + 2.0 * STATE_BYTES * state / chunk,
        "linear_state": state,
    }


_SIZES: Mapping[LinearKind, Callable[[float, float, float], LinearLayer]] = {
    LinearKind.GATED_DELTANET: _gated_delta,
    LinearKind.KIMI_DELTA: _kimi_delta,
    LinearKind.LIGHTNING: _lightning,
}
