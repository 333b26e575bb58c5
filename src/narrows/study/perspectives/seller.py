"""The seller: headroom under the cap shared over customers, stranded stock, revenue by regime."""

from __future__ import annotations

from dataclasses import replace

from narrows.core import InputError, build_record
from narrows.study.facts import FactBook
from narrows.study.perspectives.question import Question
from narrows.study.perspectives.schema import SellerStudy
from narrows.study.perspectives.seller_draws import sell
from narrows.study.perspectives.seller_sections import lay_out_seller
from narrows.study.reach import beyond_known
from narrows.study.result import Result
from narrows.study.schema import QUARTERS_MAX


def answer_seller(question: Question) -> Result:
    """Return headroom by quarter, the allocation, stock left over and revenue by regime.

    Raises
    ------
    InputError
        The study is not well formed.
    RefusalError
        Nothing was known of the line on the day, or the cap or the duty was not in force.
    """
    study = _read(question)
    facts = FactBook(question.catalog.as_known_on(study.as_known_on), study)
    question.report("drawing futures")
    return lay_out_seller(sell(facts, study, question), question.pack)


def _read(question: Question) -> SellerStudy:
    document = question.document
    study = build_record(document, (), document.tree, SellerStudy)
    if not 1 <= study.quarters <= QUARTERS_MAX or not study.customers:
        raise InputError(
            "a seller's study needs customers and 1 to 40 quarters", "correct it",
            file=document.file,
        )  # fmt: skip
    if question.as_known_on is not None:
        study = replace(study, as_known_on=question.as_known_on)
    fault = beyond_known(
        document, start=study.start, quarters=study.quarters, as_known_on=study.as_known_on
    )
    if fault is not None:
        raise fault
    return study
