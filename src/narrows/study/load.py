"""Read a study file and check that it hangs together, with errors that a planner understands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from narrows.catalog import Catalog, data_root
from narrows.core import Document, InputError, Pointer, build_record, read_document
from narrows.performance.hardware import Precision
from narrows.study.bridge.offers import LEAD_SUM_TOLERANCE
from narrows.study.pointed import check_pointed
from narrows.study.reach import beyond_known
from narrows.study.references import REFERENCES, Check, Faults
from narrows.study.schema import (
    OPTIONS_MAX,
    QUARTERS_MAX,
    SITES_MAX,
    WORKLOADS_MAX,
    Perspective,
    Study,
    WorkKind,
    Workload,
)

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class LoadedStudy:
    """A study and the document that it was read from, which knows the line of each field."""

    study: Study
    document: Document


def packaged_studies() -> tuple[str, ...]:
    """Return the names of the studies that come with Narrows."""
    return tuple(sorted(path.stem for path in (data_root() / "studies").glob("*.yaml")))


def load_study(name_or_path: str, catalog: Catalog) -> LoadedStudy:
    """Read a packaged study by name or a study file by path, and check it against the catalogue.

    Raises
    ------
    InputError
        With file, line, field, value and mend of the first fault.
    """
    return check_study(open_study(name_or_path), catalog)


def open_study(name_or_path: str) -> Document:
    """Read the document of a packaged study by name or of a study file by path, unchecked.

    Raises
    ------
    InputError
        There is no such study, or it is no mapping of fields.
    """
    document = read_document(_find(name_or_path))
    if not isinstance(document.tree, dict):
        raise document.error((), "a study is a mapping of fields", "see docs/study.md")
    return document


def perspective_of(document: Document) -> Perspective:
    """Return who asks.

    Raises
    ------
    InputError
        The study does not say, or names no perspective.
    """
    tree = document.tree
    named = tree.get("perspective") if isinstance(tree, dict) else None
    if not isinstance(named, str) or named not in set(Perspective):
        raise document.error(
            ("perspective",), "no such perspective", f"use one of: {', '.join(Perspective)}", named
        )
    return Perspective(named)


def check_study(document: Document, catalog: Catalog) -> LoadedStudy:
    """Return the study of a document that buys, checked against the catalogue.

    Raises
    ------
    InputError
        With file, line, field, value and mend of the first fault.
    """
    study = build_record(document, (), document.tree, Study)
    for check in _CHECKS:
        for fault in check(study, document, catalog):
            raise fault
    return LoadedStudy(study, document)


def _find(name_or_path: str) -> Path:
    if name_or_path in packaged_studies():
        return data_root() / "studies" / f"{name_or_path}.yaml"
    path = Path(name_or_path)
    if path.suffix in _SUFFIXES or path.exists():
        return path
    known = ", ".join(packaged_studies())
    raise InputError(
        "no such study", f"name a .yaml file or one of: {known}", fieldname="STUDY",
        value=name_or_path,
    )  # fmt: skip


def _check_sizes(study: Study, document: Document, _: Catalog) -> Faults:
    if not 1 <= study.quarters <= QUARTERS_MAX:
        yield document.error(
            ("quarters",), f"quarters must be 1 to {QUARTERS_MAX}", "shorten it", study.quarters
        )
    limits = {"sites": SITES_MAX, "workloads": WORKLOADS_MAX, "options": OPTIONS_MAX}
    for field, limit in limits.items():
        count = len(getattr(study, field))
        if not 1 <= count <= limit:
            yield document.error((field,), f"needs 1 to {limit} entries", "add or remove", count)


def _check_ids(study: Study, document: Document, _: Catalog) -> Faults:
    for field in ("sites", "workloads", "options", "rentals", "parties"):
        ids = [entry.id for entry in getattr(study, field)]
        for i, name in enumerate(ids):
            if name in ids[:i]:
                yield document.error((field, i, "id"), "id is used twice", "rename one", name)


def _check_workloads(study: Study, document: Document, _: Catalog) -> Faults:
    for i, workload in enumerate(study.workloads):
        for field in _needed(workload):
            if getattr(workload, field) is None:
                yield document.error(
                    ("workloads", i), f"a {workload.kind} workload needs {field}", f"add {field}"
                )
        yield from _check_precisions(workload, document, ("workloads", i))


def _check_precisions(workload: Workload, document: Document, at: Pointer) -> Faults:
    """Check the words of training alone: serving reads many spellings of a format itself."""
    known = tuple(Precision)
    if not workload.precisions:
        yield document.error(at, f"a {workload.kind} workload needs precisions", "add precisions")
    if workload.kind is not WorkKind.TRAINING:
        return
    for j, word in enumerate(workload.precisions):
        if word not in known:
            yield document.error((*at, "precisions", j), "no precision of training",
                                 f"write one of: {', '.join(known)}", word)  # fmt: skip


def _check_goals(study: Study, document: Document, _: Catalog) -> Faults:
    for i, workload in enumerate(study.workloads):
        at = ("workloads", i)
        goal = workload.capability
        if goal is None:
            continue
        if workload.kind is not WorkKind.TRAINING:
            yield document.error((*at, "capability"), "is counted in tokens trained",
                                 "state it for a training workload", workload.kind)  # fmt: skip
        for field in ("work", "delay_price"):
            if getattr(goal, field).value == 0.0:
                yield document.error((*at, "capability", field), "is nothing to wait for",
                                     "give more than 0 or leave capability out", 0.0)  # fmt: skip


def _needed(workload: Workload) -> tuple[str, ...]:
    if workload.kind is WorkKind.TRAINING:
        return ("tokens_per_quarter", "sequence_tokens", "global_batch_sequences", "cluster_chips")
    return (
        "tokens_per_s", "input_tokens", "output_tokens", "ttft_limit", "tpot_limit",
        "cluster_chips",
    )  # fmt: skip


def _check_leads(study: Study, document: Document, _: Catalog) -> Faults:
    for i, option in enumerate(study.options):
        for quarters in option.lead_quarters:
            if not 0 <= quarters <= QUARTERS_MAX:
                yield document.error(
                    ("options", i, "lead_quarters"), f"a lead must be 0 to {QUARTERS_MAX} quarters",
                    "shorten it", quarters,
                )  # fmt: skip


def _check_lead_shares(study: Study, document: Document, _: Catalog) -> Faults:
    for i, option in enumerate(study.options):
        shares = option.lead_quarters.values()
        if not shares:
            continue
        adds_up = abs(sum(shares) - 1.0) <= LEAD_SUM_TOLERANCE
        if not adds_up or not all(0.0 <= share <= 1.0 for share in shares):
            yield document.error(
                ("options", i, "lead_quarters"), "the shares of an order do not add up to 1",
                "write which share comes after how many quarters, such as {2: 0.6, 3: 0.4}",
                sum(shares),
            )  # fmt: skip


def _check_steps(study: Study, document: Document, _: Catalog) -> Faults:
    for i, site in enumerate(study.sites):
        starts = [step.start for step in site.power]
        if not starts or starts[0] > study.start:
            yield document.error(
                ("sites", i, "power"), f"no power is given for {study.start}", "add a step from it"
            )
        if starts != sorted(set(starts)):
            yield document.error(("sites", i, "power"), "steps are out of order", "sort them")


def _check_start(study: Study, document: Document, _: Catalog) -> Faults:
    fault = beyond_known(
        document, start=study.start, quarters=study.quarters, as_known_on=study.as_known_on
    )
    if fault is not None:
        yield fault


def _check_overlays(study: Study, document: Document, _: Catalog) -> Faults:
    if study.overlays:
        yield document.error(
            ("overlays",), "a study is judged by the rules as they stand",
            "leave it out; `narrows rules diff --set` says what a change of a rule would do",
            list(study.overlays),
        )  # fmt: skip


_CHECKS: tuple[Check, ...] = (
    _check_sizes,
    _check_ids,
    *REFERENCES,
    _check_workloads,
    _check_goals,
    _check_leads,
    _check_lead_shares,
    _check_start,
    _check_steps,
    _check_overlays,
    check_pointed,
)
