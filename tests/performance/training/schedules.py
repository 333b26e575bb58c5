"""Event simulations of pipeline schedules, written apart from the formulas."""

from __future__ import annotations

from collections.abc import Callable

Task = tuple[str, int, int]
"""Kind (``F`` or ``B``), micro-batch and chunk."""


def megatron_order(rank: int, ranks: int, micro_batches: int, chunks: int) -> list[Task]:
    """Return the order in which a rank runs its tasks; one chunk gives plain 1F1B."""
    total = micro_batches * chunks
    if chunks == 1:
        warm_up = min(ranks - rank - 1, total)
    else:
        warm_up = min((ranks - rank - 1) * 2 + (chunks - 1) * ranks, total)
    forward = [("F", *_which(k, ranks, chunks, backward=False)) for k in range(total)]
    backward = [("B", *_which(k, ranks, chunks, backward=True)) for k in range(total)]
    order = forward[:warm_up]
    for k in range(total - warm_up):
        order += [forward[warm_up + k], backward[k]]
    return order + backward[total - warm_up :]


def _which(k: int, ranks: int, chunks: int, *, backward: bool) -> tuple[int, int]:
    group, within = divmod(k, ranks * chunks)
    chunk, offset = divmod(within, ranks)
    return group * ranks + offset, chunks - 1 - chunk if backward else chunk


def run(
    ranks: int, micro_batches: int, chunks: int, forward: float, backward: float
) -> tuple[float, int]:
    """Return the makespan and the most chunk activations that the first rank holds."""
    orders = [megatron_order(r, ranks, micro_batches, chunks) for r in range(ranks)]
    ends: dict[tuple[str, int, int], float] = {}
    free, places = [0.0] * ranks, [0] * ranks
    last = ranks * chunks - 1
    while any(places[r] < len(orders[r]) for r in range(ranks)):
        moved = False
        for rank in range(ranks):
            while places[rank] < len(orders[rank]):
                kind, batch, chunk = orders[rank][places[rank]]
                stage = chunk * ranks + rank
                ready = _ready(kind, batch, stage, last, ends)
                if ready is None:
                    break
                length = (forward if kind == "F" else backward) / chunks
                free[rank] = max(free[rank], ready) + length
                ends[kind, batch, stage] = free[rank]
                places[rank] += 1
                moved = True
        assert moved, "the order cannot deadlock"
    return max(free), _most_held(orders[0])


def _ready(
    kind: str, batch: int, stage: int, last: int, ends: dict[tuple[str, int, int], float]
) -> float | None:
    if kind == "F":
        return 0.0 if stage == 0 else ends.get(("F", batch, stage - 1))
    return ends.get(("F", batch, stage) if stage == last else ("B", batch, stage + 1))


def _most_held(order: list[Task]) -> int:
    held = most = 0
    for kind, _, _ in order:
        held += 1 if kind == "F" else -1
        most = max(most, held)
    return most


def greedy_split_backward(
    ranks: int,
    micro_batches: int,
    times: tuple[float, float, float],
    in_flight: Callable[[int], int],
) -> float:
    """Return the makespan where weight gradients fill gaps: input gradients first, then forward."""
    lengths = dict(zip("FXG", times, strict=True))
    done = {kind: [0] * ranks for kind in "FXG"}
    ends: dict[tuple[str, int, int], float] = {}
    free = [0.0] * ranks
    while any(count < micro_batches for count in done["G"]):
        options = [
            (max(free[rank], ready), priority, rank, kind)
            for rank in range(ranks)
            for kind, priority, ready in _options(rank, ranks, micro_batches, done, ends, in_flight)
        ]
        start, _, rank, kind = min(options)
        free[rank] = start + lengths[kind]
        ends[kind, done[kind][rank], rank] = free[rank]
        done[kind][rank] += 1
    return max(free)


def _options(
    rank: int,
    ranks: int,
    micro_batches: int,
    done: dict[str, list[int]],
    ends: dict[tuple[str, int, int], float],
    in_flight: Callable[[int], int],
) -> list[tuple[str, int, float]]:
    forward, given, weights = (done[kind][rank] for kind in "FXG")
    found: list[tuple[str, int, float]] = []
    if given < forward:
        source = ("F", given, rank) if rank == ranks - 1 else ("X", given, rank + 1)
        if source in ends:
            found.append(("X", 0, ends[source]))
    if forward < micro_batches and forward - given < in_flight(rank):
        if rank == 0:
            found.append(("F", 1, 0.0))
        elif ("F", forward, rank - 1) in ends:
            found.append(("F", 1, ends["F", forward, rank - 1]))
    if weights < given:
        found.append(("G", 2, 0.0))
    return found
