"""Pipeline schedules: idle time, weights and activations in flight.

Symbols as in the papers: ``F`` forward, ``R = X + G`` backward of one micro-batch on one rank's
layers, ``X`` the input gradient and ``G`` the weight gradient, ``p`` ranks, ``v`` chunks a rank.
"""

from __future__ import annotations

from enum import IntEnum

from narrows.performance.arrays import Array, xp
from narrows.performance.memory import in_flight_factor


class Schedule(IntEnum):
    """The order in which a rank runs forward and backward passes."""

    ONE_F_ONE_B = 0
    """1F1B; interleaved when a rank holds several chunks (Narayanan et al. 2021)."""
    ZB_H1 = 1
    """Zero bubble at 1F1B's memory (Qi et al., 2401.10241)."""
    ZB_H2 = 2
    """Zero bubble at twice the activations (2401.10241)."""
    ZB_V = 3
    """Two chunks in a V (2405.15362)."""
    DUALPIPE = 4
    """Bidirectional, forward and backward overlapped (DeepSeek-V3 report, 2412.19437)."""


def idle_1f1b(stages: Array, chunks: Array, forward_s: Array, backward_s: Array) -> Array:
    """Return ``(p-1)(F+R)/v``."""
    return (stages - 1.0) * (forward_s + backward_s) / chunks


def idle_zb_h1(stages: Array, forward_s: Array, input_s: Array, weight_s: Array) -> Array:
    """Return ``(p-1)(F+X-G)``, not below zero."""
    return (stages - 1.0) * xp.maximum(0.0, forward_s + input_s - weight_s)


def idle_zb_h2(stages: Array, forward_s: Array, input_s: Array, weight_s: Array) -> Array:
    """Return ``(p-1)(F+X-2G)``, not below zero."""
    return (stages - 1.0) * xp.maximum(0.0, forward_s + input_s - 2.0 * weight_s)


def idle_zb_v(stages: Array, forward_s: Array, input_s: Array, weight_s: Array) -> Array:
    """Return zero where ``F = X = G``; unequal parts leave their spread on each further rank.

    The published order (2405.15362) run event by event gives exactly this where ``X >= F >= G``, as
    in every transformer block, and less elsewhere.
    """
    longest = xp.maximum(forward_s, xp.maximum(input_s, weight_s))
    shortest = xp.minimum(forward_s, xp.minimum(input_s, weight_s))
    return (stages - 1.0) * (longest - shortest)


def idle_dualpipe(stages: Array, forward_s: Array, input_s: Array, weight_s: Array) -> Array:
    """Return ``(p/2-1)(F + max(F, X) + max(0, X-G))``, no gain from the overlap itself.

    Where ``X >= F`` and ``X >= G`` this is the ``(p/2-1)(O + R - 3G)``, ``O = F + R``, of the
    DeepSeek-V3 repository; elsewhere that would promise less than the published order waits.
    """
    waits_s = forward_s + xp.maximum(forward_s, input_s) + xp.maximum(0.0, input_s - weight_s)
    return xp.maximum(0.0, stages / 2.0 - 1.0) * waits_s


def least_micro_batches(schedule: Array, stages: Array) -> Array:
    """Return the fewest micro-batches that a schedule's order of passes is defined for."""
    least = xp.where(schedule == Schedule.ZB_H1, stages, 1.0)
    filled = (schedule == Schedule.ZB_H2) | (schedule == Schedule.ZB_V)
    least = xp.where(filled, 2.0 * stages - 1.0, least)
    return xp.where(schedule == Schedule.DUALPIPE, 2.0 * stages, least)


def idle_seconds(
    schedule: Array,
    stages: Array,
    chunks: Array,
    *,
    forward_s: Array,
    input_s: Array,
    weight_s: Array,
) -> Array:
    """Return the idle time of a step by schedule."""
    idle = idle_1f1b(stages, chunks, forward_s, input_s + weight_s)
    for kind, formula in _IDLE.items():
        idle = xp.where(schedule == kind, formula(stages, forward_s, input_s, weight_s), idle)
    return idle


_IDLE = {
    Schedule.ZB_H1: idle_zb_h1,
    Schedule.ZB_H2: idle_zb_h2,
    Schedule.ZB_V: idle_zb_v,
    Schedule.DUALPIPE: idle_dualpipe,
}


def micro_batches_in_flight(schedule: Array, stages: Array, micro_batches: Array) -> Array:
    """Return the micro-batches whose activations the fullest rank keeps at its peak."""
    held = xp.minimum(stages, micro_batches)
    held = xp.where(schedule == Schedule.ZB_H2, xp.minimum(2.0 * stages - 1.0, micro_batches), held)
    return xp.where(schedule == Schedule.DUALPIPE, xp.minimum(stages + 1.0, micro_batches), held)


def held_by_first(schedule: Array, stages: Array, chunks: Array, micro_batches: Array) -> Array:
    """Return the micro-batches, of all chunks of a rank, that the first rank keeps at its peak.

    Interleaving keeps more of them than 1F1B, no schedule more than a step has.
    """
    held = micro_batches_in_flight(schedule, stages, micro_batches)
    interleaved = xp.where(schedule == Schedule.ONE_F_ONE_B, in_flight_factor(stages, chunks), 1.0)
    return xp.minimum(held * interleaved, micro_batches)


def held_by_last(schedule: Array, stages: Array, chunks: Array, micro_batches: Array) -> Array:
    """Return the same for the rank that holds the output head.

    In 1F1B that is the last: ``(v-1)p`` chunks of the warm-up and the one at work, ``1/v`` of a
    micro-batch each. The others keep weight gradients waiting, or run from both ends; there the
    head stands on a rank that is as full as the first.
    """
    ordinary = xp.minimum(((chunks - 1.0) * stages + 1.0) / chunks, micro_batches)
    first = held_by_first(schedule, stages, chunks, micro_batches)
    return xp.where(schedule == Schedule.ONE_F_ONE_B, ordinary, first)


def has_both_ends(schedule: Array, stages: Array) -> Array:
    """Return 1 where one rank holds the embedding and the output head, else 0.

    A single stage does, and so does the first rank of a V and of a pipeline fed from both ends.
    """
    folded = (schedule == Schedule.ZB_V) | (schedule == Schedule.DUALPIPE)
    return xp.where(folded | (stages <= 1.0), 1.0, 0.0)


def weight_copies(schedule: Array) -> Array:
    """Return how many copies of a rank's layers a schedule keeps: two for DualPipe."""
    return xp.where(schedule == Schedule.DUALPIPE, 2.0, 1.0)
