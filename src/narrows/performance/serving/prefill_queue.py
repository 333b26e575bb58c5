"""The queue in front of a pool that only prefills, prompt by prompt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Equal instances that take prompts from one queue.

    An instance computes ``lanes`` prompts side by side in ``done_s`` and may begin the next after
    ``one_s``; further prompts, up to ``most``, share its chunks and add ``more_s`` for each
    ``lanes`` of them.
    """

    servers: int
    lanes: int
    most: int
    one_s: float
    done_s: float
    more_s: float


def prompts_done(arrived_s: Array, desks: Desks) -> Array:
    """Return when each prompt is computed, first come first served.

    The instance that is free first begins as soon as a prompt is there, with all that are; those
    that come while it computes wait for the next. Shape of ``arrived_s`` ``(streams, prompts)``, in
    order of arrival; infinity never comes.
    """
    streams, count = arrived_s.shape
    everyone, places = np.arange(streams), np.arange(desks.most)
    due = np.concatenate([arrived_s, np.full((streams, desks.most), np.inf)], axis=1)
    done, head = np.full_like(due, np.inf), np.zeros(streams, dtype=np.intp)
    free = np.zeros((streams, desks.servers))
    behind_s = desks.done_s + places // desks.lanes * desks.more_s
    while np.any(np.isfinite(due[everyone, head])):
        desk = np.argmin(free, axis=1)
        start = np.maximum(due[everyone, head], free[everyone, desk])
        block = head[:, None] + places
        taken = np.isfinite(start)[:, None] & (due[everyone[:, None], block] <= start[:, None])
        number = taken.sum(axis=1)
        stream, place = np.nonzero(taken)
        done[stream, head[stream] + place] = start[stream] + behind_s[place]
        last = np.maximum(number - 1, 0) // desks.lanes
        until = start + desks.one_s + last * desks.more_s
        free[everyone, desk] = np.where(number > 0, until, free[everyone, desk])
        head += number
    return done[:, :count]
