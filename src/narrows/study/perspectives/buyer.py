"""The buyer: what to order now."""

from __future__ import annotations

from dataclasses import replace

from narrows.core import InputError
from narrows.study.answered import Answered, answer
from narrows.study.document import lay_out_result
from narrows.study.facts import Facts
from narrows.study.load import check_study
from narrows.study.perspectives.insight import with_insight
from narrows.study.perspectives.question import Question, Rolling
from narrows.study.result import Result
from narrows.study.rolling import Standing, read_bookings, read_last, roll_study
from narrows.study.schema import Study


def answer_buyer(question: Question) -> Result:
    """Return the order list with its gates, worth, futures and prices of rules."""
    return answer_asked(ask_rooms(question), question)


def answer_asked(answered: Answered, question: Question) -> Result:
    """Return the buyer's result of rooms that were asked already."""
    return with_insight(answered, lay_out_result(answered, question.report, question.executor))


def ask_rooms(question: Question) -> Answered:
    """Return what every room says to a study that buys."""
    study = check_study(question.document, question.catalog).study
    if question.as_known_on is not None:
        study = replace(study, as_known_on=question.as_known_on)
    booked = None
    if question.rolling is not None:
        study, booked = _rolled(study, question, question.rolling)
    facts = Facts(question.catalog.as_known_on(study.as_known_on), study, booked=booked)
    return answer(
        facts, question.pack, question.report, question.executor, planner=question.planner
    )


def _rolled(study: Study, question: Question, rolling: Rolling) -> tuple[Study, Standing]:
    if question.as_known_on is None:
        mend = "give --as-known-on, the day on which the new quarter is planned"
        raise InputError("the new day is not said", mend, fieldname="as_known_on")
    last, rows = read_last(rolling.last), read_bookings(rolling.booked)
    return roll_study(study, last, rows, file=rolling.booked, known_on=question.as_known_on)
