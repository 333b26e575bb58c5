"""Short packs of the places through which legs run, and China's outbound measures."""

from datetime import date

import pytest

from narrows.core import COMPILED_ON, Truth
from narrows.rules import Overlay, load_pack

PACK = load_pack()
YES, NO, OPEN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def word(question, facts, on=date(2026, 2, 1), pack=PACK):
    regime = pack.at(on=on, known_on=COMPILED_ON)
    return regime.decide(facts, question).answer(question).word


TAIWAN = {
    "leg_from": "TW",
    "destination": "US",
    "site": "CN",
    "tw_party_listed": False,
    "military_end_use": False,
    "weapons_end_use": False,
    "tw_sensitive_item": False,
    "tw_added_item": False,
    "adjusted_peak_tflops": 20.0,
}


def test_no_ground_in_taiwan_is_a_finding_and_not_a_clearance():
    assert word("tw.permit", TAIWAN) == "no_ground"
    title = PACK.questions["tw.permit"].option("no_ground").title.en
    assert "says nothing of US rules" in title


@pytest.mark.parametrize(
    "changed",
    [
        {"tw_party_listed": True},
        {"military_end_use": True},
        {"adjusted_peak_tflops": 245.0, "tw_item_listed": True},
        {"destination": "RU", "tw_sensitive_item": True},
    ],
)
def test_each_taiwanese_ground_asks_for_a_permit(changed):
    assert word("tw.permit", {**TAIWAN, **changed}) == "permit"


def test_a_server_above_the_line_waits_for_a_determination():
    facts = {**TAIWAN, "adjusted_peak_tflops": 245.0}
    verdict = PACK.at(on=date(2026, 2, 1), known_on=COMPILED_ON).decide(facts, "tw.permit")
    assert verdict.answer("tw.permit").word is None
    assert [one.fact for one in verdict.missing("tw.permit")] == ["tw_item_listed"]


def test_the_taiwanese_threshold_is_an_overlay():
    facts = {**TAIWAN, "tpp": 15_832.0, "tw_above_threshold": False}
    adopted = PACK.with_(
        [
            Overlay(path="tw.cn_threshold.switch", value="on"),
            Overlay(path="tw.cn_threshold.tpp", value=4800.0),
        ]
    )
    on = date(2026, 8, 1)
    assert word("tw.permit", facts, on) == "no_ground"
    assert word("tw.permit", facts, on, adopted) == "permit"


def test_malaysia_in_two_layers():
    facts = {
        "leg_from": "MY",
        "leg_via": frozenset(),
        "prc_designed": False,
        "datacentre_marketed": True,
        "my_misuse_known": False,
    }
    answer = PACK.at(on=date(2026, 2, 1), known_on=COMPILED_ON).decide(facts, "my.permit")
    layers = {layer.value: one.word for layer, one in answer.answer("my.permit").by_layer.items()}
    assert layers["enforced"] == "permit"


@pytest.mark.parametrize("state", ["MY", "SG", "KR", "JP"])
def test_transit_counts_as_the_leg_of_a_state(state):
    questions = {"MY": "my.permit", "SG": "sg.declaration", "KR": "kr.permit", "JP": "jp.permit"}
    facts = {
        "leg_from": "US",
        "leg_via": frozenset({state}),
        "prc_designed": False,
        "datacentre_marketed": True,
        "kr_item_listed": False,
        "tool_class_listed": False,
        "military_end_use": False,
    }
    none = PACK.questions[questions[state]].none.id
    assert word(questions[state], facts) != none
    assert word(questions[state], {**facts, "leg_via": frozenset()}) == none


def test_access_in_the_emirates_ends_on_its_day():
    facts = {"destination": "AE", "gulf_receiver": "g42"}
    assert word("gulf.access", facts, date(2027, 4, 6)) == "named_licence+access_until_expiry"
    assert word("gulf.access", facts, date(2027, 4, 7)) == "named_licence"


MATERIAL = {
    "leg_from": "CN",
    "destination": "US",
    "us_military_user": False,
    "cn_party_listed": False,
    "leg_via": frozenset(),
    "cn_material": "gallium_germanium_antimony_superhard",
}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 6, 1), "barred"),
        (date(2025, 11, 9), "no_ground"),
        (date(2026, 11, 27), "no_ground"),
        (date(2026, 11, 28), "barred"),
    ],
)
def test_materials_bar_sleeps_to_its_day_and_returns(on, expected):
    assert word("cn.outbound", MATERIAL, on) == expected


OCTOBER = {**MATERIAL, "destination": "SG", "cn_material": "october_2025_items"}


def test_october_measures_return_by_their_text_as_known_before_the_truce_was_lengthened():
    on, known_on = date(2026, 11, 11), date(2026, 9, 1)
    regime = PACK.at(on=on, known_on=known_on)
    assert regime.decide(OCTOBER, "cn.outbound").answer("cn.outbound").word == "licence"


def test_october_measures_are_open_while_the_truce_is_said_to_run_on():
    assert word("cn.outbound", OCTOBER, date(2026, 11, 10)) == "no_ground"
    assert word("cn.outbound", OCTOBER, date(2026, 11, 11)) is None
    assert word("cn.outbound", OCTOBER, date(2027, 1, 11)) == "licence"


@pytest.mark.parametrize(("status", "expected"), [("on", "licence"), ("off", "no_ground")])
def test_what_if_the_suspension_is_or_is_not_prolonged(status, expected):
    settled = PACK.with_([Overlay(path="cn.status.october_measures", value=status)])
    assert word("cn.outbound", OCTOBER, COMPILED_ON, settled) == expected


def test_content_floor_of_a_tenth_of_a_percent():
    listed = {"leg_from": "TW", "cn_content_item_listed": True}
    regime = PACK.at(on=date(2027, 1, 11), known_on=COMPILED_ON)
    name = "cn.out.61_2025_content"
    assert regime.truth(name, {**listed, "rare_earth_share": 0.001}) is YES
    assert regime.truth(name, {**listed, "rare_earth_share": 0.0009}) is NO
    assert regime.truth(name, listed) is OPEN
    assert regime.truth(name, {**listed, "cn_content_item_listed": False}) is NO


def test_chinese_parts_on_a_japanese_leg_need_an_answer_on_their_end_use():
    facts = {
        "leg_from": "TW",
        "destination": "US",
        "leg_via": frozenset({"JP"}),
        "chinese_origin_dual_use": True,
        "cn_content_item_listed": False,
    }
    on = date(2026, 2, 1)
    assert word("cn.outbound", facts, on) is None
    assert word("cn.outbound", {**facts, "japan_military_strength": True}, on) == "barred"
    assert word("cn.outbound", {**facts, "japan_military_strength": False}, on) == "no_leg"
    assert word("cn.outbound", {**facts, "leg_via": frozenset()}, on) == "no_leg"


@pytest.mark.parametrize("place", ["tw", "nl", "jp", "kr", "my", "sg", "gulf", "eu"])
def test_every_place_has_a_card_and_an_instrument(place):
    assert any(card.startswith(f"{place}.") for card in PACK.cards)


def test_every_state_that_is_asked_has_a_question_and_cards():
    table = PACK.parameters["route.local_questions"].values[0].value
    european = set(PACK.parameters["eu.list.members"].values[0].value)
    assert european <= set(table)
    asked = {card.effect.question for card in PACK.cards.values() if card.effect}
    assert set(table.values()) <= asked
