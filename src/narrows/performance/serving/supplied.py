"""Two pools with as many sequences decoding as prefill can feed within the limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from narrows.performance.serving.arrays import Array
from narrows.performance.serving.candidate import (
    Alike,
    Candidate,
    accepting,
    alike,
    caps,
    load_traffic,
    pools,
)
from narrows.performance.serving.knowledge import Knowledge
from narrows.performance.serving.predict import MILLI
from narrows.performance.serving.prompt_queue import BUSY_MAX
from narrows.performance.serving.question import Limits, Load, Setting
from narrows.performance.serving.steady import Steady
from narrows.performance.serving.two_pools import apart_at, feed

Mask = npt.NDArray[np.bool_]

HALVINGS = 20
"""Of the interval of sequences: a millionth of it is left."""


def all_supplied(
    asked: Setting,
    found: Sequence[Candidate],
    load: Load,
    limits: Limits,
    known: Knowledge,
    max_seqs: int | None = None,
) -> list[Candidate]:
    """Return candidates in their order, each with first tokens in time.

    One pool comes back as it is. Two pools whose prefill cannot feed one sequence an instance in
    time are left out. Fewer sequences decode faster each, so that a share of the sequences asks
    for more than that share of prompts: how many prefill can feed is found by halving, for all
    candidates at once.
    """
    held: list[Candidate | None] = list(found)
    places = [
        i
        for i, each in enumerate(found)
        if each.prefill_layout is not None and each.sequences is not None
    ]
    if not places:
        return list(found)
    pairs = alike([found[i] for i in places])
    is_fed = _feeding(asked, pairs, load, limits, known, max_seqs)
    fed_at_all = is_fed(np.minimum(pairs.stated, 1.0))
    for i, sequences, fed in zip(places, _largest(is_fed, pairs.stated), fed_at_all, strict=True):
        if not fed:
            held[i] = None
        elif sequences != found[i].sequences:
            held[i] = replace(found[i], sequences=float(sequences))
    return [each for each in held if each is not None]


def _feeding(
    asked: Setting,
    pairs: Alike,
    load: Load,
    limits: Limits,
    known: Knowledge,
    max_seqs: int | None,
) -> Callable[[Array], Mask]:
    """Return the question whether prefill keeps up with so many sequences, all ``(n,)``."""
    constants = accepting(known.central(asked.member), load)
    prefill, decode = pools(asked, pairs, caps(asked, max_seqs), constants)
    wanted = load_traffic(load)
    front = feed(prefill, decode, wanted)

    def is_fed(sequences: Array) -> Mask:
        total = sequences * pairs.instances
        return _in_time(apart_at(front, decode, wanted, total, total), limits)

    return is_fed


def _in_time(now: Steady, limits: Limits) -> Mask:
    fed = now.prefill_share <= BUSY_MAX
    return fed if limits.ttft_ms is None else fed & (now.ttft_s * MILLI <= limits.ttft_ms)


def _largest(is_fed: Callable[[Array], Mask], most: Array) -> Array:
    """Return the largest sequences up to ``most`` that are fed, by halving; shape ``(n,)``.

    What is fed at its most stays there. One sequence is taken as fed; the caller asks.
    """
    whole = is_fed(most)
    if np.all(whole):
        return most
    low, high = np.ones_like(most), most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        fed = is_fed(middle)
        low, high = np.where(fed, middle, low), np.where(fed, high, middle)
    return np.where(whole, most, low)
