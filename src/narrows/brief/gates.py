"""The seven gates of a route as a reader meets them: a light, a word, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from narrows.brief.node import Node
from narrows.brief.wording import Wording
from narrows.core import GateState, InputError, Truth

LIGHTS: Mapping[GateState, str] = MappingProxyType(
    {
        GateState.OPEN: "●",
        GateState.CONDITIONAL: "◐",
        GateState.DISCRETIONARY: "◑",
        GateState.SHUT: "○",
        GateState.UNKNOWN: "?",
        GateState.NOT_CHECKED: "–",
    }
)
"""The sign of each state, so that no state is told by colour alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How many of the things that a gate asks to see were shown."""

    shown: int
    asked: int


def state_of(reading: Node) -> GateState:
    """Return the state of a reading; a state that is missing was not checked.

    Raises
    ------
    InputError
        The state is none of the six.
    """
    found = reading.at("state").text
    if found is None:
        return GateState.NOT_CHECKED
    if found not in set(GateState):
        pointer = reading.at("state").pointer
        known = ", ".join(GateState)
        raise InputError("no such state of a gate", f"use {known}", fieldname=pointer, value=found)
    return GateState(found)


def evidence_shown(reading: Node) -> Shown:
    """Return the count of evidence shown and asked for."""
    items = reading.at("evidence").items
    shown = sum(item.at("shown").value == Truth.TRUE.value for item in items)
    return Shown(shown, len(items))


def legs_of(route: Node) -> tuple[Node, ...]:
    """Return the legs of a route that say whence, whither and what each gate reads there."""
    return tuple(
        leg
        for leg in route.at("legs").items
        if leg.at("row").items and leg.at("origin").text and leg.at("destination").text
    )


def one_line(row: Node, wording: Wording) -> str:
    """Return the gates of a route in one line: ``class open | US licence 6/11 shown | ...``."""
    return " | ".join(in_short(reading, wording) for reading in row.at("row").items)


def in_short(reading: Node, wording: Wording) -> str:
    """Return one gate in a few words: ``US licence 6/11 shown``, ``customs SHUT``."""
    state = state_of(reading)
    gate = reading.at("gate").text or ""
    seen = evidence_shown(reading)
    low, high = reading.at("p_low").value, reading.at("p_high").value
    if state is GateState.CONDITIONAL and seen.asked:
        return wording.phrase("brief.gate.shown", gate=gate, shown=seen.shown, asked=seen.asked)
    if state is GateState.DISCRETIONARY and low is not None and high is not None:
        return wording.phrase("brief.gate.band", gate=gate, band=[low, high])
    if state is GateState.SHUT:
        return wording.phrase("brief.gate.shut", gate=gate)
    if state in (GateState.UNKNOWN, GateState.NOT_CHECKED):
        return f"{wording.term(gate)}\u00a0{LIGHTS[state]}"
    return wording.phrase("brief.gate.state", gate=gate, state=state.value)
