"""Layers, changes and an article's sentences, side by side."""

from datetime import date

from narrows.core import COMPILED_ON
from narrows.rules import Formality, load_pack
from narrows.rules.overview import (
    Says,
    answer_statements,
    answers_that_differ,
    load_statements,
)

PACK = load_pack()
STATEMENTS = load_statements()
EVE, DECISION = date(2026, 1, 14), date(2026, 1, 23)


def said(day, known_on=None):
    answers = answer_statements(PACK, STATEMENTS, on=day, known_on=known_on or day)
    return {answer.statement: answer for answer in answers}


def test_every_reading_names_a_card():
    for statement in STATEMENTS:
        assert {reading.card for reading in statement.readings} <= set(PACK.cards)


def test_no_reading_is_older_than_the_one_that_it_supersedes():
    """Otherwise an older reading would hide younger knowledge."""
    for statement in STATEMENTS:
        days = [PACK.cards[reading.card].known_on for reading in statement.readings]
        assert days == sorted(days, reverse=True), statement.id


def test_decision_day():
    answers = said(DECISION)
    assert answers["opened_on_13_january"].says is Says.QUALIFIED
    assert answers["tightened_since_2023"].says is Says.QUALIFIED
    assert answers["ratio_not_fixed"].says is Says.BORNE_OUT
    assert answers["only_where_necessary"].formality is Formality.GUIDANCE
    assert answers["beijing_agrees"].card == "cn.11.in_principle"
    assert all(answer.says is not Says.NO_CARD for answer in answers.values())


def test_the_day_before_the_rule_its_conditions_are_on_no_card():
    answers = said(EVE)
    assert answers["half_of_us_sales"].says is Says.NO_CARD
    assert answers["opened_on_13_january"].says is Says.CONTRADICTED


def test_the_differences_between_then_and_now_are_listed():
    pairs = answers_that_differ(said(DECISION).values(), said(COMPILED_ON).values())
    assert {before.statement: (before.says, after.says) for before, after in pairs} == {
        "no_customs_notice": (Says.QUALIFIED, Says.QUALIFIED),
        "only_where_necessary": (Says.BORNE_OUT, Says.QUALIFIED),
        "beijing_agrees": (Says.BORNE_OUT, Says.QUALIFIED),
    }


def test_today_as_known_then_is_then():
    """Nothing that was learnt later leaks into an answer as known on the day of decision."""
    then, later_day = said(DECISION), said(COMPILED_ON, known_on=DECISION)
    assert {name: answer.card for name, answer in then.items()} == {
        name: answer.card for name, answer in later_day.items()
    }
