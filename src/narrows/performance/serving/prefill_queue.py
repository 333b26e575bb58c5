"""The queue in front of a pool that only prefills."""

from __future__ import annotations

import numpy as np

from narrows.performance.serving.arrays import Array


def prefill_starts(arrived_s: Array, servers: int, service_s: float) -> Array:
    """Return when each prompt's computation starts, first come first served.

    Kiefer and Wolfowitz (1955) with a fixed service time: a prompt takes the server that is free
    first. Shape of ``arrived_s`` ``(streams, prompts)``, in order of arrival; infinity never comes.
    """
    starts = arrived_s.copy()
    # with a fixed service time servers become free in turn, so each has every n-th prompt
    for place in range(servers, arrived_s.shape[1]):
        starts[:, place] = np.maximum(arrived_s[:, place], starts[:, place - servers] + service_s)
    return starts
