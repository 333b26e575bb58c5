"""``narrows sensitivity``: a study's tornado and Sobol indices as one document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from narrows.catalog import load_catalog
from narrows.core import InputError, Json
from narrows.executors import Executor, Serial
from narrows.rules import load_pack
from narrows.study.answered import Planner, Report
from narrows.study.load import open_study, perspective_of
from narrows.study.perspectives import Question
from narrows.study.perspectives.buyer import ask_rooms
from narrows.study.schema import ORDERING
from narrows.study.uncertain.sobol import CONFIDENCE, Index, check_samples
from narrows.study.uncertain.tornado import ENDS, Reached, leading_import
from narrows.study.uncertain.variance import Spread, Variance, variance
from narrows.study.uncertain.world import World, make_world

SAMPLES = 64
INPUTS = 8
"""640 plans: about a minute of one processor on the packaged study."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What makes up the spread of a study's answer, as a JSON document."""

    document: dict[str, Json]

    def to_json(self) -> str:
        """Return the document; equal input gives equal bytes."""
        return json.dumps(self.document, ensure_ascii=False, indent=1) + "\n"


def study_sensitivity(
    name_or_path: str,
    *,
    samples: int = SAMPLES,
    inputs: int = INPUTS,
    as_known_on: date | None = None,
    executor: Executor | None = None,
    report: Report = lambda _: None,
) -> Sensitivity:
    """Return the tornado of a study and the Sobol indices of its widest inputs.

    Raises
    ------
    InputError
        The study is not well formed or plans no orders, ``samples`` is no power of two,
        ``inputs`` is below one, or SALib is not installed.
    RefusalError
        A fact is missing, or some draw leaves no plan.
    """
    if inputs < 1:
        raise InputError("needs an input", "write 1 or more", fieldname="--inputs", value=inputs)
    check_samples(samples)
    document = open_study(name_or_path)
    if perspective_of(document) not in ORDERING:
        raise document.error(
            ("perspective",), "plans no orders", f"use one of: {', '.join(ORDERING)}"
        )
    report("asking the rooms")
    question = Question(
        document=document, catalog=load_catalog(), pack=load_pack(), as_known_on=as_known_on,
        report=report, executor=executor or Serial(), planner=Planner.TREE,
    )  # fmt: skip
    world = make_world(ask_rooms(question))
    found = variance(
        world, samples=samples, inputs=inputs, report=report, executor=question.executor
    )
    return Sensitivity(json.loads(json.dumps(_document(world, found))))


def _document(world: World, found: Variance) -> dict[str, object]:
    study = world.answered.facts.study
    place = leading_import(world)
    return {
        "study": {
            "name": study.study,
            "names": {option.id: dict(option.name) for option in study.options},
        },
        "as_known_on": study.as_known_on.isoformat(),
        "option": None if place is None else world.answered.planned[place].id,
        "leaves": len(world.at({}).problem.tree.leaves),
        "tornado": {
            "ends": list(ENDS),
            "middle": _reached(found.tornado.middle),
            "inputs": [
                {"input": one.input, "p05": _reached(one.low), "p95": _reached(one.high)}
                for one in found.tornado.swings
            ],
        },
        "sobol": {
            "samples": found.samples,
            "solves": found.solves,
            "confidence": CONFIDENCE,
            "moved": list(found.moved),
            "held": list(found.held),
            "outputs": {name: _output(one) for name, one in found.outputs.items()},
        },
    }


def _reached(one: Reached) -> Mapping[str, object]:
    return {"cost_cny": one.cost, "chips": one.chips}


def _output(one: Spread) -> Mapping[str, object]:
    indices = None if one.indices is None else [_index(index) for index in one.indices]
    return {"mean": one.mean, "deviation": one.deviation, "indices": indices}


def _index(one: Index) -> Mapping[str, object]:
    return {
        "input": one.name,
        "first": one.first,
        "first_half_width": one.first_half,
        "total": one.total,
        "total_half_width": one.total_half,
    }
