"""The policy analyst: compute within reach by route, under ceilings, on several bases."""

from __future__ import annotations

from dataclasses import replace

from narrows.core import InputError, build_record
from narrows.study.facts import FactBook
from narrows.study.perspectives.policy_draws import reach
from narrows.study.perspectives.policy_sections import lay_out_policy
from narrows.study.perspectives.question import Question
from narrows.study.perspectives.schema import PolicyStudy
from narrows.study.reach import beyond_known
from narrows.study.result import Result
from narrows.study.schema import QUARTERS_MAX


def answer_policy(question: Question) -> Result:
    """Return units, processing performance and equivalents by route and ceiling.

    Raises
    ------
    InputError
        The study is not well formed.
    RefusalError
        A figure was not public on the day, or nothing was known of a licensed line.
    """
    document = question.document
    study = build_record(document, (), document.tree, PolicyStudy)
    if not 1 <= study.quarters <= QUARTERS_MAX or not study.routes or not study.cases:
        raise InputError(
            "a policy study needs routes, cases and 1 to 40 quarters", "correct it",
            file=document.file,
        )  # fmt: skip
    if question.as_known_on is not None:
        study = replace(study, as_known_on=question.as_known_on)
    fault = beyond_known(
        document, start=study.start, quarters=study.quarters, as_known_on=study.as_known_on
    )
    if fault is not None:
        raise fault
    facts = FactBook(question.catalog.as_known_on(study.as_known_on), study)
    question.report("drawing futures")
    return lay_out_policy(reach(facts, study, question), question.pack)
