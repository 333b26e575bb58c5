"""The gates of every option: seven lights with evidence, cites and clock, and each leg apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrows.core import EvidenceItem, Figure, GateReading
from narrows.rules import ConflictFinding, Duty, Finding, Leg
from narrows.study.bridge.gates import Judged
from narrows.study.facts import Facts
from narrows.study.say import quote


def gates_section(
    facts: Facts, judged: Sequence[Judged], names: Mapping[str, Mapping[str, str]]
) -> list[dict[str, object]]:
    """Return one entry for each option and rental, in the study's order."""
    return [_entry(facts, one, names[one.id]) for one in judged]


def _entry(facts: Facts, one: Judged, name: Mapping[str, str]) -> dict[str, object]:
    verdict = one.verdict
    own = facts.study_source
    return {
        "option": one.id,
        "system": one.id,
        "name": name,
        "posture": verdict.posture,
        "pack_hash": verdict.pack_hash,
        "legs": [_leg(leg.leg, leg.readings, own) for leg in verdict.legs],
        "row": [_reading(reading, own) for reading in verdict.row],
        "layers": {
            layer: [{"gate": reading.gate, "state": reading.state} for reading in row]
            for layer, row in verdict.layers.items()
        },
        "findings": [_finding(finding, own) for finding in verdict.findings],
        "duties": [_duty(duty, own) for duty in verdict.duties],
        "conflicts": [
            _conflict(conflict, own) for conflict in verdict.conflicts if conflict.code != UNTOUCHED
        ],
        "missing": list(verdict.missing),
    }


def _leg(leg: Leg, readings: Sequence[GateReading], own: str) -> dict[str, object]:
    return {
        "id": leg.id,
        "movement": leg.movement,
        "origin": leg.origin,
        "destination": leg.destination,
        "exporter": leg.exporter,
        "consignee": leg.consignee,
        "form": leg.form,
        "purpose": leg.purpose,
        "row": [_reading(reading, own) for reading in readings],
    }


def _reading(reading: GateReading, own: str) -> dict[str, object]:
    cites = reading.cites or (own,)
    return {
        "gate": reading.gate,
        "state": reading.state,
        "p_low": _bound(reading.p_low, "low end of the cited band", cites),
        "p_high": _bound(reading.p_high, "high end of the cited band", cites),
        "message": quote(reading.message, cites),
        "evidence": [_evidence(item) for item in reading.evidence],
        "missing": list(reading.missing),
        "cites": list(reading.cites),
        "clock": reading.clock,
        "leg": reading.leg,
        "layer": reading.layer,
        "certainty": reading.certainty,
        "notes": [quote(note, cites) for note in reading.notes],
    }


def _bound(value: float | None, formula: str, cites: Sequence[str]) -> Figure | None:
    return None if value is None else Figure(value, "1", formula, sources=tuple(cites))


def _evidence(item: EvidenceItem) -> dict[str, object]:
    return {
        "id": item.id,
        "shown": item.shown,
        "message": quote(item.message, (item.cite,)),
        "cite": item.cite,
    }


def _finding(finding: Finding, own: str) -> dict[str, object]:
    cites = finding.cites or (own,)
    return {
        "question": finding.question,
        "answer": finding.answer,
        "truth": finding.truth,
        "message": quote(finding.message, cites),
        "cites": list(finding.cites),
        "certainty": finding.certainty,
        "missing": list(finding.missing),
    }


UNTOUCHED = "k0"
"""The code of a step that no rule of the other side touches: no conflict, so not listed."""


def _conflict(conflict: ConflictFinding, own: str) -> dict[str, object]:
    """Return a conflict as the message that names its rules, with what it is about beside it."""
    cites = conflict.cites or (own,)
    return {
        **quote(conflict.message, cites),
        "step": conflict.step,
        "party": conflict.party,
        "code": conflict.code,
        "truth": conflict.truth,
        "ask": quote(conflict.ask, cites),
        "rules": [quote(rule, cites) for rule in conflict.rules],
        "cites": list(conflict.cites),
        "missing": list(conflict.missing),
    }


def _duty(duty: Duty, own: str) -> dict[str, object]:
    cites = duty.cites or (own,)
    return {
        "leg": duty.leg,
        "truth": duty.truth,
        "rate": _bound(duty.rate, "rate of duty", cites),
        "message": quote(duty.message, cites),
        "cites": list(duty.cites),
        "missing": list(duty.missing),
    }


def not_checked_section(
    judged: Sequence[Judged], left_out: Sequence[dict[str, object]]
) -> list[dict[str, object]]:
    """Return what no card covers, once, and the options that could not be planned with."""
    said: dict[str, dict[str, object]] = {}
    for one in judged:
        for item in one.verdict.not_checked:
            title = item.values.get("en") or item.values.get("title") or ""
            said.setdefault(f"{item.id}:{title}", {"id": item.id, "message": quote(item, ("-",))})
    return [*said.values(), *left_out]
