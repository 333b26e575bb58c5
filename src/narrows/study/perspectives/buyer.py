"""The buyer: what to order now."""

from __future__ import annotations

from dataclasses import replace

from narrows.study.answered import Answered, answer
from narrows.study.document import lay_out_result
from narrows.study.facts import Facts
from narrows.study.load import check_study
from narrows.study.perspectives.insight import with_insight
from narrows.study.perspectives.question import Question
from narrows.study.result import Result


def answer_buyer(question: Question) -> Result:
    """Return the order list with its gates, worth, futures and prices of rules."""
    return answer_asked(ask_rooms(question), question)


def answer_asked(answered: Answered, question: Question) -> Result:
    """Return the buyer's result of rooms that were asked already."""
    return with_insight(answered, lay_out_result(answered, question.report))


def ask_rooms(question: Question) -> Answered:
    """Return what every room says to a study that buys."""
    study = check_study(question.document, question.catalog).study
    if question.as_known_on is not None:
        study = replace(study, as_known_on=question.as_known_on)
    facts = Facts(question.catalog.as_known_on(study.as_known_on), study)
    return answer(facts, question.pack, question.report)
