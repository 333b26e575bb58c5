"""Clients that start together, wait for their answers and ask again at once, event by event."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from narrows.performance.serving.simulate import Bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What clients met on average, and requests a second of all of them."""

    request_rate: float
    ttft_s: float
    tpot_s: float


def answered(bench: Bench, clients: int, output_tokens: float, rounds: int) -> Answered:
    """Return what clients meet in the last half of their ``rounds`` requests each.

    The engine is that of the event simulation: what waits when an iteration ends is computed in one
    block, of so many prompts as its replicas and chunks hold.
    """
    life = int(np.ceil(output_tokens / bench.tokens_per_step))
    most = bench.prompts_per_iteration * bench.replicas
    waiting = [(0.0, client) for client in range(clients)]
    decoding: list[tuple[int, int]] = []
    asked, first = np.zeros(clients), np.zeros(clients)
    clock, turn, done = 0.0, 0, []
    while len(done) < rounds * clients:
        running = len(decoding)
        places = min(bench.room - running, most)
        block = []
        while waiting and waiting[0][0] <= clock and len(block) < places:
            block.append(heapq.heappop(waiting)[1])
        if block:
            turn += bench.pieces
        for place, client in enumerate(block):
            fills = place > 0 and place % bench.replicas == 0
            whole = bench.pieces * bench.mixed_s[running] if place == 0 else 0.0
            clock += whole + (bench.further_s[running] if fills else 0.0)
            first[client] = clock
            heapq.heappush(decoding, (turn + life, client))
        if not block and decoding:
            step = bench.plain_s[running]
            steps = max(decoding[0][0] - turn, 0)
            if waiting and running < bench.room:
                steps = min(steps, int(np.ceil((waiting[0][0] - clock) / step)))
            clock, turn = clock + steps * step, turn + steps
        elif not block:
            clock = waiting[0][0]
        while decoding and decoding[0][0] <= turn:
            client = heapq.heappop(decoding)[1]
            done.append((asked[client], first[client], clock))
            asked[client] = clock
            heapq.heappush(waiting, (clock + bench.entry_s, client))
    met = np.array(done)[-(rounds // 2) * clients :]
    before = done[-(rounds // 2) * clients - 1][2]
    return Answered(
        request_rate=float(len(met) / (met[-1, 2] - before)),
        ttft_s=float(np.mean(met[:, 1] - met[:, 0])),
        tpot_s=float(np.mean(met[:, 2] - met[:, 1]) / output_tokens),
    )
