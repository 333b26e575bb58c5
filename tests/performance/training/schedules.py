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
    _, free = _greedy(ranks, micro_batches, times, in_flight)
    return max(free)


def greedy_spans(
    ranks: int,
    micro_batches: int,
    times: tuple[float, float, float],
    in_flight: Callable[[int], int],
) -> list[float]:
    """Return the time from each rank's first start to its last end, in the same order of passes."""
    first, free = _greedy(ranks, micro_batches, times, in_flight)
    return [end - start for start, end in zip(first, free, strict=True)]


def _greedy(
    ranks: int,
    micro_batches: int,
    times: tuple[float, float, float],
    in_flight: Callable[[int], int],
) -> tuple[list[float], list[float]]:
    lengths = dict(zip("FXG", times, strict=True))
    done = {kind: [0] * ranks for kind in "FXG"}
    ends: dict[tuple[str, int, int], float] = {}
    free, first = [0.0] * ranks, [-1.0] * ranks
    while any(count < micro_batches for count in done["G"]):
        options = [
            (max(free[rank], ready), priority, rank, kind)
            for rank in range(ranks)
            for kind, priority, ready in _options(rank, ranks, micro_batches, done, ends, in_flight)
        ]
        start, _, rank, kind = min(options)
        first[rank] = start if first[rank] < 0.0 else first[rank]
        free[rank] = start + lengths[kind]
        ends[kind, done[kind][rank], rank] = free[rank]
        done[kind][rank] += 1
    return first, free


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


Pass = tuple[str, int, int, int]
"""Kind (``F``, ``X`` or ``G``), direction, micro-batch and stage."""


def run_orders(
    orders: list[list[list[Pass]]], lengths: dict[str, float], stages: int
) -> tuple[float, float]:
    """Return the makespan and the longest time between a rank's first start and its last end.

    Passes of a group run together and end together. With staggered optimizers (2401.10241) a step
    costs the second figure: a rank that starts late also ends late.
    """
    ends: dict[Pass, float] = {}
    free, first, places = [0.0] * len(orders), [-1.0] * len(orders), [0] * len(orders)
    while any(places[r] < len(orders[r]) for r in range(len(orders))):
        moved = False
        for rank, order in enumerate(orders):
            while places[rank] < len(order):
                group = order[places[rank]]
                needed = [each for one in group for each in _before(one, stages)]
                if any(each not in ends for each in needed):
                    break
                start = max([free[rank], *(ends[each] for each in needed)])
                first[rank] = start if first[rank] < 0.0 else first[rank]
                free[rank] = start + sum(lengths[one[0]] for one in group)
                ends |= dict.fromkeys(group, free[rank])
                places[rank] += 1
                moved = True
        assert moved, "the order cannot deadlock"
    return max(free), max(end - start for start, end in zip(first, free, strict=True))


def _before(one: Pass, stages: int) -> list[Pass]:
    kind, way, batch, stage = one
    if kind == "F":
        return [("F", way, batch, stage - 1)] if stage else []
    if kind == "X":
        last = stage == stages - 1
        return [("F", way, batch, stage) if last else ("X", way, batch, stage + 1)]
    return []  # a rank's own order puts a weight gradient behind its input gradient


class _Rank:
    """Passes of one rank in order, each kind and part numbered as it comes."""

    def __init__(self, parts: list[tuple[int, int]]) -> None:
        self.parts = parts
        """Direction and stage of the rank's two parts."""
        self.order: list[list[Pass]] = []
        self.counts: dict[tuple[str, int], int] = {}
        self.kept: list[Pass] = []

    def next(self, kind: str, part: int) -> Pass:
        batch = self.counts.get((kind, part), 0)
        self.counts[kind, part] = batch + 1
        way, stage = self.parts[part]
        return kind, way, batch, stage

    def add(self, *passes: tuple[str, int]) -> None:
        self.order.append([self.next(kind, part) for kind, part in passes])

    def apart(self, part: int) -> None:
        """Run an input gradient alone and keep its weight gradient for later."""
        self.add(("X", part))
        self.kept.append(self.next("G", part))

    def weight(self) -> None:
        self.order.append([self.kept.pop(0)])


def zb_v_orders(ranks: int, micro_batches: int) -> list[list[list[Pass]]]:
    """Return the V schedule of 2405.15362: part 0 goes down the ranks, part 1 comes back."""
    return [_zb_v(rank, ranks, micro_batches).order for rank in range(ranks)]


def _zb_v(rank: int, ranks: int, micro_batches: int) -> _Rank:
    own = _Rank([(0, rank), (0, 2 * ranks - 1 - rank)])
    count = own.counts
    for _ in range(2 * (ranks - rank) - 1):
        own.add(("F", 0))
    for _ in range(rank):
        own.add(("F", 1))
        own.add(("F", 0))
    for _ in range(ranks - rank):
        for kind in "FXG":
            own.add((kind, 1))
    while count["F", 1] < count["F", 0] or count["F", 0] < micro_batches:
        steady = [("F", 0)] if count["F", 0] < micro_batches else []
        for each in [*steady, ("X", 0), ("G", 0), ("F", 1), ("X", 1), ("G", 1)]:
            own.add(each)
    for each in [("X", 0), ("X", 1)] * rank + [("X", 0), ("G", 0)] * (ranks - rank):
        own.add(each)
    for part in (1, 0):
        while count["G", part] < micro_batches:
            own.add(("G", part))
    return own


def dualpipe_orders(ranks: int, micro_batches: int) -> list[list[list[Pass]]]:
    """Return the eight steps of DualPipe (2412.19437): half of the micro-batches from each end."""
    return [_dualpipe(rank, ranks, micro_batches) for rank in range(ranks)]


def _dualpipe(rank: int, ranks: int, micro_batches: int) -> list[list[Pass]]:
    depth, half = min(rank, ranks - 1 - rank), ranks // 2
    ends = [(0, rank), (1, ranks - 1 - rank)]
    own = _Rank(ends if rank < half else ends[::-1])
    outer = half - depth - 1
    for _ in range(2 * outer):
        own.add(("F", 0))
    for _ in range(depth + 1):
        own.add(("F", 0))
        own.add(("F", 1))
    for _ in range(outer):
        own.apart(1)
        own.weight()
        own.add(("F", 1))
    for _ in range(micro_batches // 2 - ranks + depth + 1):
        own.add(("F", 0), ("X", 1), ("G", 1))
        own.add(("F", 1), ("X", 0), ("G", 0))
    for _ in range(outer):
        own.add(("X", 1), ("G", 1))
        own.add(("F", 1), ("X", 0), ("G", 0))
    _drain(own, depth, outer)
    return own.order


def _drain(own: _Rank, depth: int, outer: int) -> None:
    """The second half of the last backward passes runs without its weight gradients."""
    for k in range(2 * (depth + 1)):
        part = 1 - k % 2
        if k < depth + 1:
            own.add(("X", part), ("G", part))
        else:
            own.apart(part)
    for _ in range(outer):
        own.weight()
        own.apart(0)
    while own.kept:
        own.weight()


def most_kept(orders: list[list[list[Pass]]]) -> int:
    """Return the most activations, in parts of a rank, that any rank keeps at once."""
    most = 0
    for order in orders:
        held = 0
        for group in order:
            for kind, *_ in group:
                held += (kind == "F") - (kind == "G")
                most = max(most, held)
    return most
