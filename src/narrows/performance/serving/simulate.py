"""An event simulation of continuous batching, for percentiles that formulas do not give.

Every lane is one instance with its own arrivals; lanes advance in lockstep, one event each, so
that NumPy does the work of all of them at once. An event is the prefill of one prompt, or a run of
equal iterations up to the next arrival or completion. A prompt's prefill is not interrupted, and a
sequence that would finish during it is counted at its end: the error is below one block of prompts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from narrows.performance.serving.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The iteration times of one instance, by the number of decoding sequences.

    ``plain_s[b]`` is an iteration in which ``b`` sequences decode, ``mixed_s[b]`` one in which a
    piece of a prompt rides along; ``pieces`` such iterations make a whole prompt, and
    ``prompts_per_iteration`` short prompts share one: each beyond the first adds ``further_s[b]``.
    A sequence decodes ``tokens_per_step``.
    Attention replicas and pipeline stages prefill side by side, so ``replicas`` prompts cost the
    time of one.
    ``entry_s`` passes before a request reaches the engine.
    """

    plain_s: Array
    mixed_s: Array
    further_s: Array
    pieces: int
    prompts_per_iteration: int
    tokens_per_step: float
    entry_s: float = 0.0
    replicas: int = 1

    @property
    def room(self) -> int:
        """Sequences that can decode at once."""
        return len(self.plain_s) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentiles:
    """Percentiles over requests, in seconds."""

    p50: float
    p90: float
    p99: float
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What requests met."""

    requests: int
    ttft_s: Percentiles
    tpot_s: Percentiles
    request_rate: float
    mean_sequences: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesRun:
    """When requests of each lane got their first and last token, shape ``(lanes, requests)``.

    ``busy_s`` is the integral of decoding sequences over time, ``(lanes,)``.
    """

    first: Array
    done: Array
    busy_s: Array


def run_lanes(bench: Bench, arrivals: Array, output_tokens: Array) -> LanesRun:
    """Return what became of requests that arrive at ``arrivals``, shape ``(lanes, requests)``.

    Arrivals of a lane are in order; infinity fills up shorter lanes and never comes.
    """
    first, done, busy_s = _run(bench, arrivals, np.ceil(output_tokens / bench.tokens_per_step))
    return LanesRun(first=first, done=done, busy_s=busy_s)


def measure(
    run: LanesRun, *, asked_s: Array, output_tokens: Array, entry_s: float, edge_share: float
) -> Simulated:
    """Return percentiles over requests that were asked at ``asked_s``, ``(lanes, requests)``.

    ``edge_share`` of each lane is left out at its start and at its end.
    """
    came = np.isfinite(asked_s)
    kept = came.copy()
    edge = int(asked_s.shape[1] * edge_share)
    kept[:, :edge] = kept[:, asked_s.shape[1] - edge :] = False
    ttft, tpot = run.first - asked_s + entry_s, (run.done - run.first) / output_tokens
    ended = np.where(came, run.done, -np.inf).max(axis=1)
    begun = asked_s[:, 0]
    lanes = came[:, 0]
    span_s = float(np.mean((ended - begun)[lanes]))
    return Simulated(
        requests=int(kept.sum()),
        ttft_s=_percentiles(ttft[kept]),
        tpot_s=_percentiles(tpot[kept]),
        request_rate=float(came.sum() / lanes.sum()) / span_s,
        mean_sequences=float(np.mean(run.busy_s[lanes])) / span_s,
    )


@dataclass(slots=True)
class _Lanes:
    """The state of all lanes: clocks, iterations done, free slots, and what each slot holds.

    ``began`` is when the iterations of the last prompt began, which ``shared`` prompts share.
    """

    clock: Array
    began: Array
    turn: Array
    ends: Array
    owner: npt.NDArray[np.intp]
    running: npt.NDArray[np.intp]
    head: npt.NDArray[np.intp]
    shared: npt.NDArray[np.intp]
    busy_s: Array


def _run(bench: Bench, arrivals: Array, lives: Array) -> tuple[Array, Array, Array]:
    """Return first-token and completion times, and the integral of decoding sequences."""
    count = len(arrivals)
    now = _fresh(count, bench.room)
    due = np.concatenate([arrivals, np.full((count, 1), np.inf)], axis=1)
    first, done = np.zeros_like(arrivals), np.zeros_like(arrivals)
    everyone = np.arange(count)
    while True:
        waiting = due[everyone, now.head]
        prompts = (waiting <= now.clock) & (now.running < bench.room)
        decodes = ~prompts & (now.running > 0)
        idles = ~prompts & ~decodes & np.isfinite(waiting)
        if not (prompts.any() or decodes.any() or idles.any()):
            return first, done, now.busy_s
        now.clock[idles] = waiting[idles]
        block = np.flatnonzero(prompts)
        _finish(now, block[~_joins(bench, now, block, waiting)], done)
        _prefill(bench, now, block, waiting, lives, first)
        _decode(bench, now, np.flatnonzero(decodes), waiting, done)


def _fresh(count: int, room: int) -> _Lanes:
    return _Lanes(
        clock=np.zeros(count),
        began=np.zeros(count),
        turn=np.zeros(count),
        ends=np.full((count, room), np.inf),
        owner=np.zeros((count, room), dtype=np.intp),
        running=np.zeros(count, dtype=np.intp),
        head=np.zeros(count, dtype=np.intp),
        shared=np.zeros(count, dtype=np.intp),
        busy_s=np.zeros(count),
    )


def _prefill(
    bench: Bench,
    now: _Lanes,
    lanes: npt.NDArray[np.intp],
    waiting: Array,
    lives: Array,
    first: Array,
) -> None:
    """Admit the next prompt of each lane; those there when an iteration began may share it."""
    if lanes.size == 0:
        return
    running = now.running[lanes]
    joins = _joins(bench, now, lanes, waiting)
    fills = now.shared[lanes] % bench.replicas == 0
    more = np.where(fills, bench.further_s[running], 0.0)
    spent = np.where(joins, more, bench.pieces * bench.mixed_s[running])
    now.shared[lanes] = np.where(joins, now.shared[lanes] + 1, 1)
    now.began[lanes] = np.where(joins, now.began[lanes], now.clock[lanes])
    now.clock[lanes] += spent
    now.busy_s[lanes] += running * spent
    now.turn[lanes] += np.where(joins, 0, bench.pieces)
    request = now.head[lanes]
    first[lanes, request] = now.clock[lanes]
    slot = np.argmax(now.ends[lanes], axis=1)
    now.ends[lanes, slot] = now.turn[lanes] + lives[lanes, request]
    now.owner[lanes, slot] = request
    now.running[lanes] += 1
    now.head[lanes] += 1


def _joins(
    bench: Bench, now: _Lanes, lanes: npt.NDArray[np.intp], waiting: Array
) -> npt.NDArray[np.bool_]:
    """Return where the next prompt was there when the block under way began, and fits in it."""
    together = bench.prompts_per_iteration * bench.replicas
    there = waiting[lanes] <= now.began[lanes]
    return there & (now.shared[lanes] > 0) & (now.shared[lanes] < together)


def _decode(
    bench: Bench, now: _Lanes, lanes: npt.NDArray[np.intp], waiting: Array, done: Array
) -> None:
    """Run equal iterations up to the next completion, or the next arrival if there is room."""
    if lanes.size == 0:
        return
    running = now.running[lanes]
    step = bench.plain_s[running]
    to_end = now.ends[lanes].min(axis=1) - now.turn[lanes]
    gap = np.where(running < bench.room, waiting[lanes] - now.clock[lanes], np.inf)
    with np.errstate(divide="ignore"):
        turns = np.maximum(np.minimum(to_end, np.ceil(gap / step)), 0.0)
    now.clock[lanes] += turns * step
    now.busy_s[lanes] += running * turns * step
    now.turn[lanes] += turns
    now.shared[lanes] = 0
    _finish(now, lanes, done)


def _finish(now: _Lanes, lanes: npt.NDArray[np.intp], done: Array) -> None:
    """End the sequences whose last iteration is over, and free their places."""
    lane, slot = np.nonzero(now.ends[lanes] <= now.turn[lanes][:, None])
    ended = lanes[lane]
    done[ended, now.owner[ended, slot]] = now.clock[ended]
    now.ends[ended, slot] = np.inf
    np.subtract.at(now.running, ended, 1)


def _percentiles(values: Array) -> Percentiles:
    p50, p90, p99 = (float(value) for value in np.quantile(values, (0.5, 0.9, 0.99)))
    return Percentiles(p50=p50, p90=p90, p99=p99, mean=float(np.mean(values)))
