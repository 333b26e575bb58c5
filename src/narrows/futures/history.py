"""What was known on a day of where each gate stood and when it moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, Gate, GateState, Grade, worst_grade
from narrows.futures.lines import GateMoves, Line
from narrows.futures.states import DAYS_PER_YEAR, STATE_INDEX, STATES, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From ``day`` on the gate is in ``state``; ``cites`` show it, ``grade`` is the weakest."""

    day: date
    state: GateState
    cites: tuple[str, ...]
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The visible steps of one gate of one line, followed until ``until``."""

    line: str
    gate: Gate
    steps: tuple[Step, ...]
    until: date
    ended: bool

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the records that the steps cite, in the order of the steps."""
        return tuple(dict.fromkeys(cite for step in self.steps for cite in step.cites))

    def state_on(self, day: date) -> GateState | None:
        """Return the state on a day, or ``None`` before the first step or after the end."""
        if day > self.until:
            return None
        found = [step.state for step in self.steps if step.day <= day]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Counts:
    """Time spent in each state, shape ``(n,)`` in years, and jumps, shape ``(n, n)``."""

    dwell_years: FloatArray
    jumps: FloatArray


@dataclass(frozen=True, slots=True)
class _Fact:
    known_on: date
    grade: Grade


class Register:
    """The events, chips and market rows that may be cited, as visible on a day."""

    def __init__(self, catalog: Catalog, known_on: date) -> None:
        facts = {
            event.id: _Fact(event.known_on or COMPILED_ON, event.grade) for event in catalog.events
        }
        for record in (*catalog.chips.values(), *catalog.market):
            facts[record.id] = _Fact(record.known_on or COMPILED_ON, record.grade)
        self.known_on = known_on
        self._facts = {key: fact for key, fact in facts.items() if fact.known_on <= known_on}

    def shows(self, cites: Sequence[str]) -> bool:
        """Return whether every cited record is visible."""
        return all(cite in self._facts for cite in cites)

    def day(self, cites: Sequence[str]) -> date:
        """Return the first day on which all cited records were public."""
        return max(self._facts[cite].known_on for cite in cites)

    def grade(self, cites: Sequence[str]) -> Grade:
        """Return the weakest grade of the cited records."""
        return worst_grade(*(self._facts[cite].grade for cite in cites))


def histories(lines: Iterable[Line], catalog: Catalog, *, known_on: date) -> tuple[History, ...]:
    """Return the histories of all gates that had a visible state, ordered by line and gate."""
    register = Register(catalog, known_on)
    found = [
        history
        for line in sorted(lines, key=lambda line: line.id)
        for track in sorted(line.gates, key=lambda track: track.gate)
        if (history := _history(line.id, track, register)) is not None
    ]
    return tuple(found)


def _history(line: str, track: GateMoves, register: Register) -> History | None:
    visible = [move for move in track.moves if register.shows(move.cites)]
    if not visible:
        return None
    steps = tuple(
        Step(
            day=move.day or register.day(move.cites),
            state=move.to,
            cites=move.cites,
            grade=register.grade(move.cites),
        )
        for move in visible
    )
    ended = track.ends is not None and register.shows(track.ends.cites)
    until = register.day(track.ends.cites) if track.ends and ended else register.known_on
    ordered = tuple(sorted(steps, key=lambda step: step.day))
    return History(line=line, gate=track.gate, steps=ordered, until=until, ended=ended)


def count(found: Iterable[History]) -> Counts:
    """Return dwell times and jumps over several histories of one gate."""
    dwell = np.zeros(len(STATES))
    jumps = np.zeros((len(STATES), len(STATES)))
    for history in found:
        days = [*(step.day for step in history.steps), history.until]
        for index, step in enumerate(history.steps):
            here = STATE_INDEX[step.state]
            dwell[here] += max((days[index + 1] - step.day).days, 0) / DAYS_PER_YEAR
            if index + 1 < len(history.steps):
                jumps[here, STATE_INDEX[history.steps[index + 1].state]] += 1.0
    np.fill_diagonal(jumps, 0.0)
    return Counts(dwell, jumps)
