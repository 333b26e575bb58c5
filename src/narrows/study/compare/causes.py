"""What moved between two results that could move a plan: rules, beliefs, facts, speeds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from narrows.core import Json
from narrows.study.compare.side import Fact, Side, mappings
from narrows.study.say import say

SAME = 1e-9
"""Relative difference below which two numbers are one."""
BELIEF_VISIBLE = 0.005
"""Half a point of chance: less is not told, since no belief is sharper."""


class Kind(StrEnum):
    """What sort of thing moved."""

    OPTION = "option"
    GATE = "gate"
    RULE = "rule"
    BELIEF = "belief"
    FACT = "fact"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that moved.

    Attributes
    ----------
    options
        The options that it bears on; empty for what bears on all.
    size
        How far it moved, to put the larger first: a ratio's logarithm, a difference of chances, 1
        for a state.
    """

    kind: Kind
    message: Mapping[str, object]
    options: tuple[str, ...]
    size: float
    old_at: str | None = None
    new_at: str | None = None

    def entry(self) -> dict[str, object]:
        """Return it as the document holds it."""
        return {
            "kind": self.kind.value, "message": dict(self.message), "options": list(self.options),
            "old_at": self.old_at, "new_at": self.new_at,
        }  # fmt: skip


def gate_causes(old: Side, new: Side) -> Iterator[Cause]:
    """Yield the gates that stand otherwise, and options that came or went."""
    for option in sorted({name for name, _ in old.gates} | {name for name, _ in new.gates}):
        was, is_now = (any(name == option for name, _ in side.gates) for side in (old, new))
        if was != is_now:
            said = say("compare.option_new" if is_now else "compare.option_gone", option=option)
            yield Cause(Kind.OPTION, said, (option,), 1.0)
    for (option, gate), state in new.gates.items():
        before = old.gates.get((option, gate), state)
        if before != state:
            said = say("compare.gate", option=option, gate=gate, old=before, new=state)
            yield Cause(Kind.GATE, said, (option,), 1.0)


def belief_causes(old: Side, new: Side) -> Iterator[Cause]:
    """Yield for each gate of each line the quarter whose chance moved most."""
    moved: dict[tuple[str, str], tuple[float, str]] = {}
    for (line, gate, quarter), chance in new.beliefs.items():
        before = old.beliefs.get((line, gate, quarter), chance)
        change = abs(chance - before)
        if change >= max(BELIEF_VISIBLE, moved.get((line, gate), (0.0, ""))[0]):
            moved[line, gate] = (change, quarter)
    for (line, gate), (change, quarter) in moved.items():
        key = (line, gate, quarter)
        said = say(
            "compare.belief", line=line, gate=gate, quarter=quarter,
            old=old.beliefs[key], new=new.beliefs[key],
        )  # fmt: skip
        yield Cause(Kind.BELIEF, said, _of_line(new, line), change)


def _of_line(side: Side, line: str) -> tuple[str, ...]:
    """Return the options whose system or id is named like a line of products."""
    return tuple(
        str(entry.get("option"))
        for entry in mappings(side.document.get("gates"))
        if str(entry.get("option")).split("-")[0] == line
    )


def speed_causes(old: Side, new: Side) -> Iterator[Cause]:
    """Yield the speeds that a newer model or calibration tells otherwise."""
    for (system, workload), speed in new.speeds.items():
        before = old.speeds.get((system, workload))
        if before is not None and not same(before, speed):
            said = say("compare.speed", system=system, workload=workload, old=before, new=speed)
            yield Cause(Kind.SPEED, said, (system,), _distance(before, speed))


def fact_causes(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[Cause]:
    """Yield the facts that differ, that came, and that are used no longer."""
    for name in sorted(set(old) | set(new)):
        before, after = old.get(name), new.get(name)
        if before is not None and after is not None:
            if not same(before.value, after.value):
                yield _fact(before, after)
            continue
        one = before or after
        assert one is not None, "a name comes from one side at least"  # noqa: S101
        said = say(
            "compare.fact_new" if before is None else "compare.fact_gone",
            what=one.name, value=one.value, unit=unit_words(one.unit),
        )  # fmt: skip
        yield Cause(Kind.FACT, said, _of_fact(name), 1.0, _place(before), _place(after))


def _place(fact: Fact | None) -> str | None:
    return None if fact is None else fact.at


def _fact(before: Fact, after: Fact) -> Cause:
    said = say(
        "compare.fact", what=before.name, old=before.value, new=after.value,
        unit=unit_words(after.unit),
    )  # fmt: skip
    size = _distance(before.value, after.value)
    return Cause(Kind.FACT, said, _of_fact(before.name), size, before.at, after.at)


def _of_fact(name: str) -> tuple[str, ...]:
    parts = name.split("/")
    return (parts[1],) if parts[0] == "options" and len(parts) > 2 else ()


def rule_causes(
    system: str, before: Mapping[str, Json], after: Mapping[str, Json]
) -> Iterator[Cause]:
    """Yield the rules that one more lot of an order runs into now and did not before, or no more.

    They are no causes of their own, but name the limit through which others act.
    """
    was, is_now = binding(before), binding(after)
    for rule in sorted(is_now - was):
        yield Cause(Kind.RULE, say("compare.rule_on", rule=rule), (system,), 0.0)
    for rule in sorted(was - is_now):
        yield Cause(Kind.RULE, say("compare.rule_off", rule=rule), (system,), 0.0)


def binding(order: Mapping[str, Json]) -> set[str]:
    """Return the names of the rules that bind an order."""
    return {str(one.get("rule")) for one in mappings(order.get("binding"))}


def same(before: Json, after: Json) -> bool:
    """Return whether two values are one, numbers up to rounding."""
    numbers = [value for value in (before, after) if isinstance(value, (int, float))]
    if len(numbers) == 2 and not any(isinstance(value, bool) for value in (before, after)):
        return math.isclose(*numbers, rel_tol=SAME)
    return before == after


def _distance(before: Json, after: Json) -> float:
    """Return the logarithm of the ratio; infinite where one is nothing or no number."""
    values = [value for value in (before, after) if isinstance(value, (int, float)) and value > 0]
    return abs(math.log(values[1] / values[0])) if len(values) == 2 else math.inf


def unit_words(unit: str) -> str:
    """Return a unit as it stands behind a number; a ratio has none."""
    return "" if unit == "1" else f" {unit}"
