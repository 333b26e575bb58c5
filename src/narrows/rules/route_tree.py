"""A route's judgment as plain JSON values: what programs read and what a reader can archive."""

from __future__ import annotations

from dataclasses import fields

from narrows.core import Json
from narrows.rules.overview import StatementAnswer
from narrows.rules.pack import canonical
from narrows.rules.route_verdict import RouteVerdict
from narrows.rules.route_verdict_leg import LegReading


def route_tree(verdict: RouteVerdict) -> dict[str, Json]:
    """Return a verdict as JSON values, the proofs of its legs left out."""
    tree = {
        field.name: canonical(getattr(verdict, field.name))
        for field in fields(verdict)
        if field.name not in {"legs", "layers"}
    }
    layers: dict[str, Json] = {
        layer.value: [canonical(reading) for reading in row]
        for layer, row in verdict.layers.items()
    }
    return {**tree, "legs": [_leg(leg) for leg in verdict.legs], "layers": layers}


def _leg(reading: LegReading) -> Json:
    readings: list[Json] = [canonical(one) for one in reading.readings]
    return {"leg": canonical(reading.leg), "readings": readings}


def answers_tree(answers: tuple[StatementAnswer, ...]) -> list[Json]:
    """Return answers to statements as JSON values."""
    return [canonical(answer) for answer in answers]
