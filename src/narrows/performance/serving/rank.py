"""Layouts and pool ratios ranked by tokens a second under latency limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrows.catalog import Chip, Model, System
from narrows.core import RefusalError
from narrows.performance.serving.arrays import Array, array
from narrows.performance.serving.candidate import (
    Candidate,
    accepting,
    caps,
    load_traffic,
    machine,
)
from narrows.performance.serving.constants import Constants
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.layout import Layout, candidates, joined
from narrows.performance.serving.one_pool import fed_limit
from narrows.performance.serving.open_pool import arriving
from narrows.performance.serving.pools import backs_of, batch_grid, fronts_of, usable_share
from narrows.performance.serving.predict import MILLI
from narrows.performance.serving.question import Deployment, Limits, Load, Setting, setting
from narrows.performance.serving.steady import Caps, sequence_limit

INSTANCE_MAX_DEVICES = 320
"""The widest published expert-parallel instance (DeepSeek's own, 320 devices for decoding)."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """Candidates of one kind and their request rate over all devices."""

    rate: Array
    rows: list[Candidate]


def rank(
    asked: Setting,
    load: Load,
    devices: int,
    limits: Limits,
    known: Knowledge,
    max_seqs: int | None = None,
) -> list[Candidate]:
    """Return the candidates that fit and meet the limits, best first.

    Raises
    ------
    RefusalError
        There is none.
    """
    constants = accepting(known.central(asked.member), load)
    bounds = caps(asked, max_seqs)
    layouts = _layouts(asked, load, devices, bounds, constants)
    one = _one_pool(asked, load, layouts, devices, limits, bounds, constants)
    two = _two_pools(asked, load, layouts, devices, limits, bounds, constants)
    rates = np.concatenate([one.rate, two.rate])
    rows = one.rows + two.rows
    if len(rows) == 0:
        raise none_meets(asked, devices)
    return [rows[i] for i in np.argsort(-rates, kind="stable")]


def none_meets(asked: Setting, devices: int) -> RefusalError:
    """Return the refusal of a search in which nothing meets the limits."""
    return RefusalError(
        f"no layout of {asked.model} on {devices} devices of {asked.chip} meets the limits",
        ("longer limits, more chips or a narrower weight format",),
    )


def count_layouts(
    model: Model,
    chip: Chip,
    load: Load,
    *,
    chips: int,
    system: System | None = None,
    deployment: Deployment,
) -> int:
    """Return the layouts that fit and that a search on ``chips`` packages computes."""
    asked = setting(model, chip, system=system, deployment=deployment)
    constants = load_knowledge().central(asked.member)
    devices = chips * asked.device.per_chip
    return len(_layouts(asked, load, devices, caps(asked, None), constants))


def rank_decode(
    asked: Setting, load: Load, devices: int, limits: Limits, known: Knowledge
) -> Candidate:
    """Return the best way to decode on all devices while others prefill.

    Raises
    ------
    RefusalError
        The model does not fit, or the limit on time per token cannot be met.
    """
    constants = accepting(known.central(asked.member), load)
    bounds = caps(asked, None)
    layouts = _layouts(asked, load, devices, bounds, constants)
    backs = backs_of(asked, load, layouts, limits, bounds, constants)
    if len(backs.layout) == 0:
        raise RefusalError(
            f"no layout of {asked.model} on {devices} devices of {asked.chip} meets the limits",
            ("a longer limit, more chips or a narrower weight format",),
        )
    instances = devices // backs.layout.devices
    at = int(np.argmax(backs.rate * instances))
    return Candidate(
        layout=backs.layout.at(np.array([at])),
        instances=int(instances[at]),
        sequences=float(backs.batch[at]),
        decode_only=True,
    )


def fastest_front(asked: Setting, load: Load, devices: int, known: Knowledge) -> Layout:
    """Return the layout that computes most prompt tokens a second on ``devices`` devices.

    Raises
    ------
    RefusalError
        The model does not fit.
    """
    constants = known.central(asked.member)
    bounds = caps(asked, None)
    layouts = _layouts(asked, load, devices, bounds, constants)
    return fronts_of(asked, load, layouts, Limits(), bounds, constants).layout.at(np.array([0]))


def _layouts(
    asked: Setting, load: Load, devices: int, bounds: Caps, constants: Constants
) -> Layout:
    """Return layouts of every instance size that divides the devices and fits in memory."""
    sizes = [d for d in range(1, min(devices, INSTANCE_MAX_DEVICES) + 1) if devices % d == 0]
    every = joined([candidates(asked.shape, d, domain=asked.device.domain) for d in sizes])
    room = sequence_limit(
        machine(asked, every, constants), asked.engine, load_traffic(load), bounds
    )
    if not np.any(room >= 1):
        raise RefusalError(
            f"{asked.model} does not fit on {devices} devices of {asked.chip}",
            ("more chips, or a narrower weight format",),
        )
    return every.at(room >= 1)


def _one_pool(
    asked: Setting,
    load: Load,
    layouts: Layout,
    devices: int,
    limits: Limits,
    bounds: Caps,
    constants: Constants,
) -> _Scored:
    """Return, for each layout, its best batch when prefill and decode share the devices."""
    run = machine(asked, layouts, constants)
    traffic = load_traffic(load)
    room = sequence_limit(run, asked.engine, traffic, bounds)
    batch = batch_grid(np.minimum(room, fed_limit(run, traffic, bounds)))
    now = arriving(run, traffic, batch, bounds, room)
    rate = np.where(_meets(now.ttft_s, now.tpot_s, limits), now.request_rate, -1.0)
    return _best(layouts, batch, rate, devices)


def _best(layouts: Layout, batch: Array, rate: Array, devices: int) -> _Scored:
    at = np.argmax(rate, axis=0)
    columns = np.arange(len(layouts))
    best = rate[at, columns]
    instances = devices // layouts.devices
    good = np.flatnonzero(best > 0)
    rows = [
        Candidate(
            layout=layouts.at(np.array([j])),
            instances=int(instances[j]),
            sequences=float(batch[at[j], j]),
        )
        for j in good
    ]
    return _Scored(best[good] * instances[good], rows)


def _two_pools(
    asked: Setting,
    load: Load,
    layouts: Layout,
    devices: int,
    limits: Limits,
    bounds: Caps,
    constants: Constants,
) -> _Scored:
    """Return pairs of pools: each decode layout at its best batch, each split of the devices."""
    fronts = fronts_of(asked, load, layouts, limits, bounds, constants)
    backs = backs_of(asked, load, layouts, limits, bounds, constants)
    if len(fronts.layout) == 0 or len(backs.layout) == 0:
        return _Scored(array([]), [])
    front_size = fronts.layout.devices[:, None, None]
    back_size = backs.layout.devices[None, :, None]
    shares = np.arange(1, devices // int(np.min(fronts.layout.devices)) + 1)[None, None, :]
    back_count = np.floor((devices - shares * front_size) / back_size)
    usable = usable_share(fronts, limits, shares[0])[:, None, :]
    supply = shares * fronts.rate[:, None, None] * usable
    backs_rate = backs.rate[None, :, None]
    rate = np.minimum(supply, back_count * backs_rate)
    # Sequences that prefill can feed, at most: fewer decode faster each. Instances that would
    # stand idle are too many, and another split has fewer.
    decoding = backs.batch[None, :, None] * rate / (np.maximum(back_count, 1.0) * backs_rate)
    rate = np.where((back_count >= 1) & (decoding >= 1), rate, -1.0)
    at = np.argmax(rate, axis=2)
    best = np.take_along_axis(rate, at[:, :, None], axis=2)[:, :, 0]
    found, scores = [], []
    for i, j in zip(*np.nonzero(best > 0), strict=True):
        count = int(at[i, j]) + 1
        behind = int(back_count[i, j, at[i, j]])
        found.append(
            Candidate(
                layout=backs.layout.at(np.array([j])),
                instances=behind,
                prefill_layout=fronts.layout.at(np.array([i])),
                prefill_instances=count,
                sequences=float(decoding[i, j, at[i, j]]),
            )
        )
        scores.append(best[i, j])
    return _Scored(array(scores), found)


def _meets(
    ttft_s: Array, tpot_s: Array, limits: Limits
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    good = np.ones(np.broadcast_shapes(ttft_s.shape, tpot_s.shape), dtype=bool)
    if limits.ttft_ms is not None:
        good &= ttft_s * MILLI <= limits.ttft_ms
    if limits.tpot_ms is not None:
        good &= tpot_s * MILLI <= limits.tpot_ms
    return good
