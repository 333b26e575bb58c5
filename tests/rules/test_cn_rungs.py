"""Guidance is never law, a band is always cited, and three instruments stay three."""

from datetime import date

import pytest

from narrows.core import COMPILED_ON, GateState, Truth
from narrows.rules import Formality, Layer, ParameterKind, load_pack

PACK = load_pack()
CHINESE = [card for card in PACK.cards.values() if card.id.startswith("cn.")]
SOFT = {Formality.GUIDANCE, Formality.REPORT}
TODAY = PACK.at(on=COMPILED_ON, known_on=COMPILED_ON)


def state_of(card):
    if card.effect is None:
        return None
    return PACK.questions[card.effect.question].option(card.effect.answer).state


@pytest.mark.parametrize(
    "card", [card for card in CHINESE if card.formality in SOFT], ids=lambda card: card.id
)
def test_guidance_and_reports_neither_open_nor_shut_a_gate(card):
    assert state_of(card) not in {GateState.OPEN, GateState.SHUT}
    assert card.layers == (Layer.INFORMAL,)


@pytest.mark.parametrize("card", CHINESE, ids=lambda card: card.id)
def test_a_discretion_has_a_band_that_was_known_with_it(card):
    if state_of(card) is not GateState.DISCRETIONARY:
        return
    band = PACK.parameters[card.effect.band]
    assert band.kind is ParameterKind.BAND
    known = [value.known_on for value in band.values]
    assert min(known) <= card.known_on
    assert all(0 <= value.value["low"] <= value.value["high"] <= 1 for value in band.values)


@pytest.mark.parametrize("number", range(1, 16))
def test_each_record_of_the_chinese_side_has_a_card(number):
    assert any(card.id.startswith(f"cn.{number:02d}.") for card in CHINESE)


def truths(facts, on):
    regime = PACK.at(on=on, known_on=COMPILED_ON)
    names = ["cn.06.shanghai_share", "cn.06.public_share", "cn.06.state_funded_early"]
    return [regime.truth(name, facts) for name in names]


OWNED_IN_SHANGHAI = {
    "site": "CN",
    "province": "shanghai",
    "datacentre_marketed": True,
    "prc_designed": False,
    "state_money": "owned",
    "build_progress": 0.1,
}


def test_the_three_instruments_on_data_centres_come_one_after_another():
    yes, no = Truth.TRUE, Truth.FALSE
    assert truths(OWNED_IN_SHANGHAI, date(2025, 1, 1)) == [yes, no, no]
    assert truths(OWNED_IN_SHANGHAI, date(2025, 10, 1)) == [yes, yes, no]
    assert truths(OWNED_IN_SHANGHAI, date(2025, 12, 1)) == [yes, yes, yes]


def test_a_loan_is_state_money_for_the_bar_and_not_for_the_share():
    lent = {**OWNED_IN_SHANGHAI, "state_money": "loan"}
    assert truths(lent, date(2025, 12, 1)) == [Truth.FALSE, Truth.FALSE, Truth.TRUE]


def test_unknown_money_leaves_all_three_open():
    unknown = {**OWNED_IN_SHANGHAI, "state_money": None}
    assert truths(unknown, date(2025, 12, 1)) == [Truth.UNKNOWN] * 3


def test_the_pairing_ratio_was_never_published_and_its_basis_is_open():
    ratio = PACK.value("cn.domestic_share.h200_pairing", COMPILED_ON)
    basis = PACK.value("cn.domestic_share.basis", COMPILED_ON)
    assert ratio is not None
    assert ratio.value is None
    assert basis.value == ("units", "tpp", "spend")


def test_cheaper_power_hangs_on_the_mix_of_chips():
    facts = {"site": "CN", "province": "gansu", "domestic_only_site": True}
    answer = TODAY.decide(facts, "cn.power").answer("cn.power")
    assert answer.word == "reduced"
    assert TODAY.decide({**facts, "domestic_only_site": False}, "cn.power").answer(
        "cn.power"
    ).word == ("ordinary")


def test_summons_and_antitrust_case_block_nothing():
    for name in ("cn.01.security_summons", "cn.04.antitrust_case"):
        assert state_of(PACK.cards[name]) is None


CLOUD = {
    "site": "CN",
    "chip_id": "nv-h200-sxm",
    "vendor": "NVIDIA",
    "prc_designed": False,
    "datacentre_marketed": True,
    "possession": "buy",
    "buyer_type": "private_platform",
    "end_use": "commercial_cloud",
    "state_money": "none",
    "build_progress": 0.5,
    "substitute_evidence": True,
    "cn_approval_state": "none",
}


def approval(on, **changes):
    facts = {**CLOUD, **changes}
    regime = PACK.at(on=on, known_on=on)
    return regime.decide(facts, "cn.approval").answer("cn.approval").word


def test_the_h200_gate_day_by_day():
    assert approval(date(2026, 1, 6)) == "unsettled"
    assert approval(date(2026, 1, 7)) == "hold"
    assert approval(date(2026, 1, 13), end_use="university_lab") == "discretion"
    assert approval(date(2026, 1, 20)) == "hold"
    assert approval(date(2026, 1, 23), cn_approval_state="in_principle") == "discretion"


def test_without_a_written_need_the_order_is_held():
    laboratory = {"buyer_type": "ai_lab"}
    assert approval(date(2026, 2, 1), **laboratory) == "discretion"
    assert approval(date(2026, 2, 1), substitute_evidence=False, **laboratory) == "hold"


def test_a_state_firm_is_held_by_a_report_and_barred_by_none():
    assert approval(date(2026, 2, 1), buyer_type="soe") == "hold"


def test_a_state_funded_site_is_barred_by_a_mandate():
    assert approval(date(2026, 2, 1), state_money="grant", build_progress=0.1) == "barred"
    assert approval(date(2026, 2, 1), state_money="grant", build_progress=0.3) == "hold"
