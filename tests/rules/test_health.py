"""Every card, parameter and question of the packaged rulebook is sound."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

import narrows.rules
from narrows.core import UNITS, Gate, GateState
from narrows.rules import Card, Pack, ParameterKind, load_pack
from narrows.rules.examples import run_example
from narrows.rules.hindsight import hindsight_faults
from narrows.rules.tree import Ref, walk

PACK: Pack = load_pack()
CARDS = tuple(PACK.cards.values())
COMPOUND_UNITS = {"GB/s/mm2", "month"}

CASES = [(card, example) for card in CARDS for example in card.cases]


@pytest.mark.parametrize(
    ("card", "example"), CASES, ids=[f"{card.id}: {example.name}" for card, example in CASES]
)
def test_case_beside_the_rule(card, example):
    outcome = run_example(PACK, card, example)
    assert outcome.as_written, (outcome.proof.truth, outcome.missing)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_card_shows_one_true_one_false_and_one_unknown_case(card: Card):
    shown = {example.then for example in card.cases}
    assert shown == {True, False, "unknown"}


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_unknown_case_names_the_fact_that_it_waits_for(card: Card):
    waiting = [example for example in card.cases if example.then == "unknown"]
    assert all(example.asks for example in waiting)


def test_no_record_rests_on_one_that_became_known_later():
    assert list(hindsight_faults(PACK)) == []


def test_every_unit_is_of_the_closed_set():
    units = {record.unit for record in (*PACK.parameters.values(), *PACK.facts.values())}
    assert units <= set(UNITS) | COMPOUND_UNITS


def test_every_number_of_law_has_a_citation_and_a_day():
    for parameter in PACK.parameters.values():
        assert parameter.values, parameter.id
        for dated in parameter.values:
            assert dated.cite.instrument in PACK.instruments
            assert dated.cite.at


def test_every_title_is_in_three_languages():
    titled = (*PACK.cards.values(), *PACK.parameters.values(), *PACK.instruments.values())
    for record in titled:
        assert all((record.title.en, record.title.zh_hant, record.title.zh_hans)), record.id


def test_a_discretionary_answer_has_a_band():
    for card in CARDS:
        if card.effect is None:
            continue
        option = PACK.questions[card.effect.question].option(card.effect.answer)
        if option.state is GateState.DISCRETIONARY:
            assert card.effect.band is not None, card.id
            assert PACK.parameters[card.effect.band].kind is ParameterKind.BAND


def test_every_gate_of_a_question_is_one_of_the_seven():
    assert {question.gate for question in PACK.questions.values()} <= {None, *Gate}


ALLOWED_NUMBERS = {-2, -1, 0, 1, 2, 4, 5, 8}
"""Array codes, indices and small counts, none of which is a line of law; 8 bits make a byte."""

LIMIT_NAME = re.compile(r"_(MAX|KEPT|MIN|COLUMNS|ROWS|WIDTH)(_[A-Z]+)?$")


def _module_paths():
    root = Path(narrows.rules.__file__).parent
    return sorted(
        path for path in root.glob("*.py") if not path.name.startswith(("route", "gates"))
    )


def _numbers_outside_limits(tree: ast.Module):
    named = {
        node
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (
            statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        )
        if isinstance(target, ast.Name) and LIMIT_NAME.search(target.id) and statement.value
        for node in ast.walk(statement.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in named:
            is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
            if is_number and node.value not in ALLOWED_NUMBERS:
                yield node


@pytest.mark.parametrize("path", _module_paths(), ids=lambda path: path.name)
def test_no_regulatory_number_stands_in_python(path: Path):
    """A number of law in Python is a bug: only named limits and small counts may stand there."""
    found = [
        f"{path.name}:{node.lineno}: {node.value}"
        for node in _numbers_outside_limits(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_the_search_for_numbers_would_find_one():
    tree = ast.parse("def is_over(tpp):\n    return tpp >= 4800\n")
    assert [node.value for node in _numbers_outside_limits(tree)] == [4800]


READ_ELSEWHERE = {
    "us.register.prc_designers",  # by the classifier, for a product whose origin is blank
    "us.licence.term_months",  # by whoever keeps licences: no card turns on it
}


def _used_parameters():
    for card in CARDS:
        for node in walk(PACK.trees[card.id]):
            for part in (getattr(node, name, None) for name in ("operand", "table", "count")):
                if isinstance(part, Ref):
                    yield part.parameter
        effect = card.effect
        yield from (name for name in (card.switch, effect and effect.rate, effect and effect.band))


def test_no_line_of_united_states_law_lies_unused():
    used = set(_used_parameters())
    lines = {name for name in PACK.parameters if name.startswith("us.")}
    assert lines - used == READ_ELSEWHERE


@pytest.mark.parametrize("day", ["2022-12-01", "2026-11-23"])
def test_macau_and_d5_is_what_its_name_says(day):
    on = date.fromisoformat(day)
    joined, alone = (PACK.value(f"us.group.{name}", on).value for name in ("d5_macau", "d5"))
    assert set(joined) == {"MO", *alone}


def test_hong_kong_stands_wherever_china_stands():
    for parameter in PACK.parameters.values():
        for dated in parameter.values:
            if isinstance(dated.value, tuple) and parameter.id.startswith("us.group"):
                assert ("CN" in dated.value) == ("HK" in dated.value), parameter.id
