"""What attention layers keep of a sequence, read of it at each step, and compute on it.

Layers that treat their cache alike form a group; every formula is per layer and per sequence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.arrays import Array

INDEX_BYTES = 1.0
"""Selector keys are kept in 8 bits (DeepSeek-V3.2 release note)."""
STATE_BYTES = 4.0
"""Recurrent states of linear attention are kept in 32 bits (Qwen3-Next configuration)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheGroup:
    """Layers with one kind of cache.

    ``elements`` is what one stored entry holds; one entry stands for ``ratio`` tokens. Layers
    store at most ``window`` tokens and read at most ``selects`` entries (infinite where there is
    no such limit). ``decode_flops`` and ``prefill_flops`` are per query token and attended entry,
    all heads together. The cache is split over at most ``shards`` tensor-parallel ranks. Prefill
    makes ``expanded_elements`` keys and values of one entry, by ``expand_flops``, where it works on
    those instead of the entry.
    """

    layers: float
    elements: float
    decode_flops: float
    prefill_flops: float
    shards: int
    ratio: float = 1.0
    window: float = np.inf
    selects: float = np.inf
    index_elements: float = 0.0
    index_flops: float = 0.0
    state_elements: float = 0.0
    expanded_elements: float = 0.0
    expand_flops: float = 0.0

    def stored(self, context: Array) -> Array:
        """Return entries kept of a sequence of ``context`` tokens."""
        return np.minimum(context, self.window) / self.ratio

    def attended(self, context: Array) -> Array:
        """Return entries that a query at the end of ``context`` reads."""
        return np.minimum(self.stored(context), self.selects)

    def attended_mean(self, past: Array, chunk: Array) -> Array:
        """Return entries read on average by the ``chunk`` queries that follow ``past`` tokens.

        Queries see ``past`` to ``past + chunk`` tokens, evenly; a limit cuts that ramp off.
        """
        limit = np.minimum(self.window / self.ratio, self.selects)
        first, last = past / self.ratio, (past + chunk) / self.ratio
        below = np.clip(limit, first, last)
        span = np.maximum(last - first, 1e-9)
        ramp = (below - first) * (below + first) / 2 / span
        flat = (last - below) / span * np.minimum(limit, last)
        return np.where(last - first < 1e-9, np.minimum(first, limit), ramp + flat)

    def stored_bytes(self, context: Array, cache_bytes: float) -> Array:
        """Return bytes kept of a sequence in one layer, before any sharding."""
        entry = self.elements * cache_bytes + self.index_elements * INDEX_BYTES
        return self.stored(context) * entry + self.state_elements * STATE_BYTES

    def read_bytes(self, context: Array, cache_bytes: float) -> Array:
        """Return bytes moved for a sequence at one step in one layer, before any sharding.

        A recurrent state is read and written back.
        """
        selected = self.attended(context) * self.elements * cache_bytes
        index = self.stored(context) * self.index_elements * INDEX_BYTES
        return selected + index + 2 * self.state_elements * STATE_BYTES

    def chunk_bytes(self, past: Array, span: Array, cache_bytes: float) -> Array:
        """Return bytes moved for ``span`` prompt tokens after ``past`` in one layer, unsharded.

        All queries of a chunk share one reading, up to what they choose together.
        """
        stored = self.stored(past + span)
        entries = np.minimum(stored, np.maximum(span, 1.0) * self.selects)
        index = stored * self.index_elements * INDEX_BYTES
        read = entries * self.elements * cache_bytes + index
        return read + 2 * self.state_elements * STATE_BYTES

    def step_flops(self, context: Array) -> Array:
        """Return operations of one query token against the cache in one layer.

        A recurrent state is updated and read: four operations for each of its elements.
        """
        scores = self.attended(context) * self.decode_flops
        index = self.stored(context) * self.index_flops
        return scores + index + 4 * self.state_elements

    def intensity(self, cache_bytes: float) -> float:
        """Return operations for each byte of cache read, one query token: 242 for DeepSeek-V3."""
        return self.decode_flops / (self.elements * cache_bytes)
