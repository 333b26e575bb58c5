"""From a study file to a result: the one way through the house."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from narrows.catalog import load_catalog
from narrows.core import Document, InputError
from narrows.executors import Executor, Serial
from narrows.rules import load_pack
from narrows.study.answered import Planner, Report
from narrows.study.load import open_study, perspective_of
from narrows.study.perspectives import ANSWERS, Question, Rolling
from narrows.study.result import Result
from narrows.study.schema import ORDERING, Perspective


def run_study(
    name_or_path: str,
    *,
    as_known_on: date | None = None,
    rolling: Rolling | None = None,
    executor: Executor | None = None,
    planner: Planner | None = None,
    root: Path | None = None,
    report: Report = lambda _: None,
) -> Result:
    """Answer a study.

    Parameters
    ----------
    name_or_path
        A packaged study's name or the path of a study file.
    as_known_on
        Replaces the study's own day of knowledge.
    rolling
        Plan the quarter after a result from what has been booked; needs ``as_known_on``.
    executor
        Where a study that orders times its systems and re-solves its draws; here and now by
        default.
    planner
        Who decides the first orders of a study that orders; the policy graph by default.
    root
        Data folder of catalogue and rules; the packaged one by default.
    report
        Called with a few words before each longer step.

    Raises
    ------
    InputError
        The study is not well formed.
    RefusalError
        A fact without which there is no answer is missing.
    NoPlanExistsError
        No plan satisfies the rules; names the rule and the quarter.
    """
    report("reading the catalogue")
    catalog = load_catalog(root)
    document = open_study(name_or_path)
    question = Question(
        document=document,
        catalog=catalog,
        pack=load_pack(root if root is None else root / "rules"),
        as_known_on=as_known_on,
        report=report,
        rolling=rolling,
        executor=executor or Serial(),
        planner=planner or Planner.GRAPH,
    )
    perspective = perspective_of(document)
    if perspective not in ORDERING:
        needed = {"executor": executor, "planner": planner, "rolling": rolling}
        _refuse_what_orders_need(document, perspective, needed)
    return ANSWERS[perspective](question)


_ORDERS_NEED = {
    "executor": ("sweeps nothing that could be sent elsewhere", "leave --executor out"),
    "planner": ("plans no orders", "leave --planner out"),
    "rolling": ("orders nothing that could be booked", "leave --from and --booked out"),
}
"""Why a perspective without orders has no use for what an answer with orders may be given."""


def _refuse_what_orders_need(
    document: Document, perspective: Perspective, given: Mapping[str, object]
) -> None:
    for name, (problem, mend) in _ORDERS_NEED.items():
        if given[name] is not None:
            raise InputError(f"a {perspective} {problem}", mend,
                             file=document.file, fieldname="perspective")  # fmt: skip
