"""Faults of a rulebook come back with file, line and mend; nothing odd is read in silence."""

import re
from datetime import date

import pytest

from narrows.core import InputError, UnknownNameError
from narrows.rules import Between, Overlay, load_pack, number_column, word_column

TITLE = "{en: x, zh-Hant: x, zh-Hans: x}"
CITE = "{instrument: i, at: x, read: 2026-01-01, certainty: A}"
INSTRUMENT = f"- {{id: i, title: {TITLE}, issuer: x, published: null, known_on: 2026-01-01}}\n"
PARAMETER = (
    f"- {{id: line, title: {TITLE}, kind: number, unit: TPP, "
    f"values: [{{value: 10, known_on: 2026-01-01, cite: {CITE}}}]}}\n"
)
FACTS = (
    f"- {{id: tpp, title: {TITLE}, kind: number, unit: TPP}}\n"
    f"- {{id: area, title: {TITLE}, kind: number, unit: mm2, positive: true}}\n"
    f"- {{id: dc, title: {TITLE}, kind: flag}}\n"
    f"- {{id: state, title: {TITLE}, kind: word, values: [a, b]}}\n"
    f"- {{id: lists, title: {TITLE}, kind: words}}\n"
)
QUESTION = (
    f"- {{id: q, title: {TITLE}, none: {{id: none, title: {TITLE}}}, "
    f"answers: [{{id: yes_, title: {TITLE}}}]}}\n"
)
DAY = date(2026, 6, 1)


def card(when="{fact: tpp, ge: line}", name="c", more=""):
    return (
        f"- id: {name}\n  title: {TITLE}\n  layers: [codified]\n  in_force: {{}}\n"
        f"  known_on: 2026-01-01\n  cite: [{CITE}]\n  cases: []\n  when: {when}\n{more}"
    )


def write(root, *, cards=None, parameters=PARAMETER, facts=FACTS, questions=QUESTION):
    (root / "cards").mkdir(parents=True)
    (root / "instruments.yaml").write_text(INSTRUMENT)
    (root / "parameters.yaml").write_text(parameters)
    (root / "facts.yaml").write_text(facts)
    (root / "questions.yaml").write_text(questions)
    (root / "cards" / "all.yaml").write_text(cards or card())
    return root


def test_a_sound_pack_is_read(tmp_path):
    pack = load_pack(write(tmp_path / "p"))
    assert list(pack.cards) == ["c"]


FAULTS = {
    "a bare number": (card("{fact: tpp, ge: 4800}"), "expected"),
    "a number in eq": (card("{fact: tpp, eq: 4800}"), "dated data"),
    "a date": (card("{fact: state, eq: 2026-01-01}"), "dated data"),
    "two kinds": (card("{fact: tpp, ge: line, rule: c}"), "one kind"),
    "no kind": (card("{ge: line}"), "one kind"),
    "two comparisons": (card("{fact: tpp, ge: line, lt: line}"), "one comparison"),
    "an unknown key": (card("{fact: tpp, ge: line, because: x}"), "unknown key"),
    "an empty list": (card("{all: []}"), "at least one"),
    "an unknown fact": (card("{fact: nope, ge: line}"), "no fact 'nope'"),
    "an unknown parameter": (card("{fact: tpp, ge: nope}"), "no parameter 'nope'"),
    "an unknown card": (card("{rule: nope}"), "no card 'nope'"),
    "another unit": (card("{fact: area, ge: line}"), "area is in mm2"),
    "an order of a flag": (card("{fact: dc, ge: line}"), "does not suit"),
    "a word for a flag": (card("{fact: dc, eq: maybe}"), "no value of dc"),
    "a word out of the closed set": (card("{fact: state, eq: z}"), "no value of state"),
    "an unknown question": (card(more="  effect: {question: z, answer: yes_}\n"), "no question"),
    "an unknown answer": (card(more="  effect: {question: q, answer: z}\n"), "no answer"),
    "an unknown exception": (card(more="  unless: [z]\n"), "no card 'z'"),
    "a switch that is no switch": (card(more="  switch: line\n"), "switch line"),
    "a circle": (card("{rule: d}") + card("{rule: c}", name="d"), "rest on each other"),
    "one id twice": (card() + card(), "two records have one id"),
    "an unknown key of a card": (card(more="  becuase: x\n"), "becuase"),
    "an unknown layer": (card().replace("[codified]", "[spoken]"), "layers"),
    "no citation": (card().replace(f"[{CITE}]", "[]"), "no citation"),
    "an unknown instrument": (card().replace("instrument: i", "instrument: z"), "no instrument"),
    "a lookup that opens its table": (
        card("{lookup: line, by: state, eq: a, absent: true}"),
        "absent may only be false",
    ),
}


@pytest.mark.parametrize(("cards", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_on_one_line_with_its_place(cards, says, tmp_path):
    with pytest.raises(InputError) as caught:
        load_pack(write(tmp_path / "p", cards=cards))
    text = str(caught.value)
    assert says in text
    assert re.search(r"all\.yaml:\d+", text)
    assert "\n" not in text


def test_a_band_out_of_order_is_refused(tmp_path):
    band = PARAMETER.replace("kind: number", "kind: band")
    band = band.replace("value: 10", "value: {low: 0.5, high: 0.1}")
    with pytest.raises(InputError, match="not a band"):
        load_pack(write(tmp_path / "p", parameters=band, cards=card("{fact: dc, eq: true}")))


def test_a_formula_that_does_not_exist_is_refused(tmp_path):
    made = "derive: [{by: magic, of: [tpp]}]"
    facts = FACTS + f"- {{id: y, title: {TITLE}, kind: number, {made}}}\n"
    with pytest.raises(InputError, match="no formula 'magic'"):
        load_pack(write(tmp_path / "p", facts=facts))


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        load_pack(tmp_path / "nowhere")


ODD_FACTS = {
    "misspelt": {"tppp": 1.0},
    "a word for a number": {"tpp": "much"},
    "a flag for a number": {"tpp": True},
    "not finite": {"tpp": float("nan")},
    "negative": {"tpp": -1.0},
    "zero where it must be positive": {"area": 0.0},
    "an interval upside down": {"tpp": Between(2.0, 1.0)},
    "a number for a flag": {"dc": 1},
    "a number for a word": {"state": 2.0},
    "a word out of the set": {"state": "z"},
    "a word for words": {"lists": "a"},
}


@pytest.mark.parametrize("facts", ODD_FACTS.values(), ids=ODD_FACTS)
def test_an_odd_fact_is_refused_before_any_rule_looks_at_it(facts, tmp_path):
    regime = load_pack(write(tmp_path / "p")).at(on=DAY, known_on=DAY)
    with pytest.raises(InputError, match=next(iter(facts))):
        regime.card("c", facts)


def test_unknown_questions_and_cards_are_refused(tmp_path):
    regime = load_pack(write(tmp_path / "p")).at(on=DAY, known_on=DAY)
    with pytest.raises(UnknownNameError, match="nope"):
        regime.decide({}, "nope")
    with pytest.raises(UnknownNameError, match="nope"):
        regime.card("nope", {})


def test_an_overlay_names_a_parameter_and_fits_its_kind(tmp_path):
    pack = load_pack(write(tmp_path / "p"))
    with pytest.raises(UnknownNameError, match="nope"):
        pack.with_([Overlay(path="nope", value=1.0)])
    with pytest.raises(InputError, match="wrong kind"):
        pack.with_([Overlay(path="line", value="ten")])


def test_a_question_to_which_no_card_speaks_is_not_checked(tmp_path):
    verdict = load_pack(write(tmp_path / "p")).at(on=DAY, known_on=DAY).decide({}, "q")
    assert verdict.not_checked == ("q",)
    assert verdict.answer("q").word is None


def test_an_odd_column_is_refused_too(tmp_path):
    regime = load_pack(write(tmp_path / "p")).at(on=DAY, known_on=DAY)
    numbers, flags = number_column([1.0, 2.0]), word_column([True])
    with pytest.raises(InputError, match="no such fact"):
        regime.sweep("c", {"tppp": numbers})
    with pytest.raises(InputError, match="wrong kind"):
        regime.sweep("c", {"dc": numbers})
    with pytest.raises(InputError, match="different lengths"):
        regime.sweep("c", {"tpp": numbers, "dc": flags})
