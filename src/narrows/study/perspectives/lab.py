"""The lab: time and money of its own model on both stacks, rented and ported; then orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrows.core import Figure, Json, Layout, lay_out
from narrows.study.answered import Answered
from narrows.study.cited import with_sources
from narrows.study.perspectives.buyer import answer_asked, ask_rooms
from narrows.study.perspectives.lab_costs import Timed, timed, ways
from narrows.study.perspectives.question import Question
from narrows.study.perspectives.tables import CellKind, cell, dot_chart, row, table
from narrows.study.result import Result
from narrows.study.say import say
from narrows.study.schema import WorkKind, Workload
from narrows.study.sources import Shelf

HEADLINE, BUYING = "/study/headline", "/study/buying"
KEPT = {"ANSWER": "BUY", "GATES": "GATES", "TRUST": "TRUST", "NEXT": "NEXT"}
"""Lines of the buyer's short answer that a lab needs too, and what they are called there."""

Said = dict[str, object]
Document = dict[str, Json]


def answer_lab(question: Question) -> Result:
    """Return the buyer's result with the lab's own tables and short answer before it."""
    answered = ask_rooms(question)
    buying = answer_asked(answered, question).document
    each = tuple(ways(answered))
    works = [
        one
        for workload in answered.facts.study.workloads
        for way in each
        if (one := timed(answered, way, workload)) is not None
    ]
    return Result(_joined(answered, buying, works))


def _joined(answered: Answered, buying: Document, works: Sequence[Timed]) -> Document:
    """Return both in one document; what the buyer's headline held moves, pointers and all."""
    kept_tree, kept_from = _kept(buying)
    lines = _lines(answered, works)
    own = lay_out(
        {
            "study": {"headline": [*lines, *kept_tree]},
            "tables": [_table(works, one) for one in answered.facts.study.workloads],
            "charts": _charts(works),
            "lab": {"facts": {}},
        },
        facts_at="/lab/facts",
    )
    derivations = {_moved(at): _moved_inputs(one) for at, one in _derivations(buying).items()}
    for place, index in enumerate(kept_from):
        old, new = f"{BUYING}/{index}/", f"{HEADLINE}/{len(lines) + place}/"
        derivations |= {
            new + at.removeprefix(old): one for at, one in derivations.items() if at.startswith(old)
        }
    study = buying["study"]
    assert isinstance(study, dict), "a result says which study it answers"  # noqa: S101
    rest = {key: value for key, value in buying.items() if key not in ("sources", "derivations")}
    tree: Document = {**rest, "study": {**study, "buying": study["headline"]}}
    title = dict(answered.facts.study.title)["en"]
    facts = answered.facts
    shelf = Shelf(facts.catalog, answered.pack, facts.study_source, title)
    return with_sources([Layout(tree, derivations), own], shelf)


def _kept(buying: Document) -> tuple[list[Json], list[int]]:
    study = buying["study"]
    assert isinstance(study, dict), "a result says which study it answers"  # noqa: S101
    lines = study["headline"]
    assert isinstance(lines, list), "a headline is a list"  # noqa: S101
    places = [
        index
        for index, line in enumerate(lines)
        if isinstance(line, dict) and line["label"] in KEPT
    ]
    return [_renamed(lines[index]) for index in places], places


def _renamed(line: Json) -> Json:
    assert isinstance(line, dict), "a line is a mapping"  # noqa: S101
    return {**line, "label": KEPT[str(line["label"])]}


def _derivations(document: Document) -> Mapping[str, Json]:
    derivations = document["derivations"]
    assert isinstance(derivations, dict), "derivations are a mapping"  # noqa: S101
    return derivations


def _moved(pointer: str) -> str:
    if pointer.startswith(f"{HEADLINE}/"):
        return BUYING + pointer.removeprefix(HEADLINE)
    return pointer


def _moved_inputs(derivation: Json) -> Json:
    assert isinstance(derivation, dict), "a derivation is a mapping"  # noqa: S101
    inputs = derivation["inputs"]
    assert isinstance(inputs, list), "inputs are a list"  # noqa: S101
    return {**derivation, "inputs": [_moved(str(one)) for one in inputs]}


def _table(works: Sequence[Timed], workload: Workload) -> Said:
    trains = workload.kind is WorkKind.TRAINING
    rows = [_row(one, trains=trains) for one in works if one.workload.id == workload.id]
    shown = ("days", "run_cost") if trains else ("token_cost",)
    columns = [say(f"lab.column.{name}") for name in (*shown, "hourly", "porting", "porting_time")]
    kind = "training" if trains else "serving"
    return table(
        workload.id, say(f"lab.table.{kind}", workload=workload.id), columns, rows,
        say(f"lab.note.{kind}"),
    )  # fmt: skip


def _row(one: Timed, *, trains: bool) -> Said:
    days = [cell(CellKind.INTERVAL, one.days)] if trains else []
    return row(
        one.way.id,
        [
            *days,
            cell(CellKind.CNY_INTERVAL, one.cost),
            cell(CellKind.CNY, one.way.hourly),
            _or_not_needed(CellKind.CNY, one.porting),
            _or_not_needed(CellKind.COUNT, one.porting_quarters),
        ],
    )


def _or_not_needed(kind: CellKind, figure: Figure | None) -> Said:
    return cell(CellKind.SAID, say("lab.not_needed")) if figure is None else cell(kind, figure)


def _charts(works: Sequence[Timed]) -> list[Said]:
    """Return the days of each training workload, way by way."""
    training = {one.workload.id: one.workload for one in works if one.days is not None}
    return [
        dot_chart(
            f"days-{name}", say("lab.chart.days", workload=name), say("lab.axis.days"),
            [
                (one.way.id, one.days)
                for one in works
                if one.workload.id == name and one.days is not None
            ],
        )
        for name in training
    ]  # fmt: skip


def _lines(answered: Answered, works: Sequence[Timed]) -> list[Said]:
    """Return the lab's lines: time and cost of the first training and the first serving work."""
    lines: list[Said] = []
    for kind, label in ((WorkKind.TRAINING, "ANSWER"), (WorkKind.SERVING, "SERVE")):
        first = next((w.id for w in answered.facts.study.workloads if w.kind is kind), None)
        told = [_told(one) for one in works if one.workload.id == first]
        if told:
            messages = [say(f"lab.answer.{kind.value}", workload=first, ways=told)]
            lines.append({"label": label, "messages": messages})
    ported = {one.way.stack: one for one in works if one.porting is not None}
    if ported:
        moves = [
            say(
                "lab.answer.port", system=one.way.id, cost=one.porting,
                quarters=one.porting_quarters,
            )
            for one in ported.values()
        ]  # fmt: skip
        lines.append({"label": "PORT", "messages": [say("lab.answer.ports", moves=moves)]})
    return lines


def _told(one: Timed) -> Said:
    cost = {f"cost_{key}": figure for key, figure in one.cost.items()}
    if one.days is None:
        return say("lab.way.serving", system=one.way.id, cost=cost["cost_p50"])
    days: dict[str, Figure] = dict(one.days)
    return say(
        "lab.way.training", system=one.way.id, middle=days["p50"], low=days["p05"],
        high=days["p95"], cost=cost["cost_p50"],
    )  # fmt: skip
