"""Readings of one gate, joined so that the strictest wins and no unknown is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from narrows.core import Gate, GateReading, GateState, Truth

T = TypeVar("T")

STRICTNESS: tuple[GateState, ...] = (
    GateState.OPEN,
    GateState.CONDITIONAL,
    GateState.DISCRETIONARY,
    GateState.NOT_CHECKED,
    GateState.UNKNOWN,
    GateState.SHUT,
)
"""From the mildest to the strictest. Unknown is stricter than any way through and milder than a
shut gate, as unknown stands between true and false."""

CERTAINTIES = ("A", "B", "C", "R")
"""From read in a primary text to the compiler's own reading."""


def strictness(reading: GateReading) -> tuple[int, float, float, int, int]:
    """Return a sort key: the state, then the lower band, then what is left and what is asked."""
    high = 1.0 if reading.p_high is None else reading.p_high
    low = 1.0 if reading.p_low is None else reading.p_low
    unshown = sum(item.shown is not Truth.TRUE for item in reading.evidence)
    return (STRICTNESS.index(reading.state), -high, -low, unshown, len(reading.evidence))


def strictest(gate: Gate, readings: Sequence[GateReading]) -> GateReading:
    """Return the strictest reading of one gate, with what all the readings ask for.

    Readings of one gate describe one decision as several rules see it, so their bands are not
    multiplied: the lowest governs. Evidence, missing facts, citations and notes of all of them are
    kept, the earliest clock counts, and the governing reading's leg, layer and message stand.

    Raises
    ------
    ValueError
        No reading was given, or one of another gate.
    """
    if not readings or any(reading.gate is not gate for reading in readings):
        msg = f"give readings of {gate} and of no other gate"
        raise ValueError(msg)
    governing = max(readings, key=strictness)
    others = [reading for reading in readings if reading is not governing]
    clocks = [reading.clock for reading in readings if reading.clock is not None]
    return replace(
        governing,
        cites=distinct(cite for reading in (governing, *others) for cite in reading.cites),
        evidence=distinct(item for reading in (governing, *others) for item in reading.evidence),
        missing=distinct(name for reading in (governing, *others) for name in reading.missing),
        clock=min(clocks, default=None),
        notes=distinct(
            note
            for reading in (governing, *others)
            for note in (
                *reading.notes,
                *(() if reading is governing else (reading.message,)),
            )
        ),
    )


def distinct(items: Iterable[T]) -> tuple[T, ...]:
    """Return the items without repeats, in order; they need not be hashable."""
    kept: list[T] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)
