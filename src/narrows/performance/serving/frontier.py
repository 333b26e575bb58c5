"""Throughput against latency: one deployment as its load grows, and the best of all deployments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from narrows.catalog import Chip, Model, System
from narrows.core import RefusalError
from narrows.performance.serving.candidate import Candidate, caps, load_traffic, machine
from narrows.performance.serving.knowledge import Knowledge, load_knowledge
from narrows.performance.serving.predict import ServingPrediction, describe
from narrows.performance.serving.question import Deployment, Limits, Load, Setting, setting
from narrows.performance.serving.search import search
from narrows.performance.serving.steady import sequence_limit

LIMITS_MS = tuple(float(f"{5 * 2 ** (step / 4):.3g}") for step in range(25))
"""Times per token at which the best deployment is sought: 5 to 320 ms, four to an octave.

No published run of a large model is faster; a reader sees fewer than four words a second beyond.
"""
SEQUENCE_STEP = 2.0**0.5
"""Ratio of the requests in flight between two points of a deployment's curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tradeoff:
    """What a chip gives up in latency for throughput.

    ``best`` is the deployment with the highest rate under the asked limits, ``curve`` the same one
    as requests in flight grow, ``frontier`` the deployments that no other beats in both rate and
    time per token. Both are in order of time per token.
    """

    best: ServingPrediction
    curve: tuple[ServingPrediction, ...]
    frontier: tuple[ServingPrediction, ...]


def tradeoff(
    model: Model,
    chip: Chip,
    load: Load,
    *,
    chips: int,
    limits: Limits,
    system: System | None = None,
    deployment: Deployment | None = None,
    knowledge: Knowledge | None = None,
) -> Tradeoff:
    """Return curve and frontier of a chip for a load.

    The limit on the first token holds on the frontier; on the curve it may be passed.

    Raises
    ------
    RefusalError
        No deployment meets the limits.
    """
    known = load_knowledge() if knowledge is None else knowledge
    chosen = Deployment() if deployment is None else deployment

    def best(within: Limits) -> ServingPrediction:
        return search(
            model,
            chip,
            load,
            chips=chips,
            limits=within,
            system=system,
            deployment=chosen,
            knowledge=known,
            shown=1,
        )[0]

    first = best(limits)
    asked = setting(model, chip, system=system, deployment=chosen)
    found = [first]
    for tpot_ms in LIMITS_MS:
        try:
            found.append(best(replace(limits, tpot_ms=tpot_ms)))
        except RefusalError:
            continue  # nothing is that fast
    return Tradeoff(
        best=first,
        curve=_curve(asked, first.candidate, load, known, chosen.max_seqs),
        frontier=unbeaten(found),
    )


def unbeaten(found: Sequence[ServingPrediction]) -> tuple[ServingPrediction, ...]:
    """Return those that no other beats at the middle, the fastest first."""
    kept: list[ServingPrediction] = []
    for each in sorted(found, key=_fastest):
        if not kept or each.output_rate_per_chip.p50 > kept[-1].output_rate_per_chip.p50:
            kept.append(each)
    return tuple(kept)


def _fastest(each: ServingPrediction) -> tuple[float, float]:
    return each.tpot_ms.p50, -each.output_rate_per_chip.p50


def _curve(
    asked: Setting, found: Candidate, load: Load, known: Knowledge, max_seqs: int | None
) -> tuple[ServingPrediction, ...]:
    """Return a deployment with ever more requests, until memory or prefill holds no more."""
    points = []
    grid = _sequences(_room(asked, found, load, known, max_seqs))
    for sequences in sorted({*grid, found.sequences or grid[0]}):
        more = replace(found, sequences=sequences)
        point = describe(asked, more, load, known, max_seqs=max_seqs, searched=True)
        if point.prefill_share >= 1:
            break  # prompts come faster than they can be computed
        points.append(point)
    return tuple(points)


def _room(
    asked: Setting, found: Candidate, load: Load, known: Knowledge, max_seqs: int | None
) -> float:
    run = machine(asked, found.layout, known.central(asked.member))
    room = sequence_limit(run, asked.engine, load_traffic(load), caps(asked, max_seqs))
    return float(room.item())


def _sequences(room: float) -> list[float]:
    steps = int(np.log(room) / np.log(SEQUENCE_STEP))
    grid = {float(np.floor(SEQUENCE_STEP**step)) for step in range(steps + 1)}
    return sorted(grid | {float(np.floor(room))})
