"""The same machines by different ways: the law judges movements."""

from datetime import date

import pytest

from narrows.core import GATE_ORDER, Gate, GateState, InputError, Truth
from narrows.rules import Posture
from narrows.rules.gates import STRICTNESS

LICENCE, QUOTA = Gate.EXPORT_LICENCE, Gate.QUOTA


def reading(verdict, leg, gate=LICENCE):
    return next(one for one in verdict.legs if one.leg.id == leg).reading(gate)


def test_row_has_the_seven_gates_in_order(world):
    assert tuple(one.gate for one in world.judge().row) == GATE_ORDER


@pytest.mark.parametrize("way", ["boards to Shanghai", "whole from the US"])
def test_both_ways_through_the_us_are_case_by_case_with_every_paper(world, ways, way):
    gate = world.but(legs=ways[way]).judge().gate(LICENCE)
    assert gate.state is GateState.CONDITIONAL
    assert all(item.shown is Truth.TRUE for item in gate.evidence)
    conditions = [item.id for item in gate.evidence if item.id.startswith("us.window.c")]
    assert len(conditions) == 11


def test_the_window_counts_its_eleven_conditions_one_by_one(world):
    fewer = world.but(facts={}).with_facts(us_units_stated=True, lab_headquarters="US")
    gate = reading(fewer.judge(), "whole")
    window = {item.id: item.shown for item in gate.evidence if item.id.startswith("us.window.c")}
    assert gate.state is GateState.CONDITIONAL
    assert window["us.window.c01_numbers"] is Truth.TRUE
    assert window["us.window.c03_us_units"] is Truth.TRUE
    assert list(window.values()).count(Truth.UNKNOWN) == 9


@pytest.mark.parametrize(
    "missing", ["us_supply_sufficient", "kyc_in_place", "lab_certificate_sent", "lab_recognised"]
)
def test_a_condition_that_is_shown_to_fail_shuts_the_gate_and_is_named(world, missing):
    gate = world.with_facts(**{missing: False}).judge().gate(LICENCE)
    assert gate.state is GateState.SHUT
    assert [item.id for item in gate.evidence if item.shown is Truth.FALSE]


def test_straight_from_taiwan_stays_presumed_denied(world, ways):
    verdict = world.but(legs=ways["straight from Taiwan"]).judge()
    assert verdict.gate(LICENCE).state is GateState.SHUT
    assert verdict.gate(LICENCE).leg is None


def test_hand_over_in_shanghai_is_the_leg_that_tells_the_two_ways_apart(world, ways):
    boards = world.but(legs=ways["boards to Shanghai"])
    unnamed = boards.with_party("plant", named_on_licence=Truth.FALSE).judge()
    assert reading(unnamed, "to_plant").state is GateState.CONDITIONAL
    assert reading(unnamed, "hand_over").state is GateState.SHUT
    assert (unnamed.gate(LICENCE).state, unnamed.gate(LICENCE).leg) == (GateState.SHUT, "hand_over")
    whole = world.with_party("plant", named_on_licence=Truth.FALSE).judge()
    assert whole.gate(LICENCE).state is GateState.CONDITIONAL


def test_hand_over_on_a_licence_that_nobody_has_seen_is_unknown(world, ways):
    boards = world.but(legs=ways["boards to Shanghai"])
    gate = boards.with_party("plant", named_on_licence=Truth.UNKNOWN).judge().gate(LICENCE)
    assert gate.state is GateState.UNKNOWN
    assert "both_named_on_licence" in gate.missing


def test_duty_falls_where_the_boards_land_and_nowhere_else(world, ways):
    for way in ("boards to Shanghai", "whole from the US"):
        duties = world.but(legs=ways[way]).judge().duties
        assert [(duty.leg, duty.truth, duty.rate) for duty in duties] == [
            ("to_test", Truth.TRUE, 0.25)
        ]


def test_duty_is_open_where_the_use_in_the_us_is_not_stated(world):
    duty = world.with_facts(us_use=None).judge().duties[0]
    assert (duty.truth, duty.missing) == (Truth.UNKNOWN, ("us_use",))


def test_no_duty_outside_the_bands_or_before_the_proclamation(world):
    assert world.but(chip="nv-h200-nvl").judge().duties == ()
    assert world.but(on=date(2026, 1, 14)).judge().duties == ()


def test_b200_is_outside_the_window_by_its_numbers(world):
    gate = world.but(chip="nv-b200").judge().gate(LICENCE)
    failed = [item.id for item in gate.evidence if item.shown is Truth.FALSE]
    assert (gate.state, failed) == (GateState.SHUT, ["us.window.c01_numbers"])


def test_the_cap_is_a_condition_and_a_quota(world):
    verdict = world.with_facts(cap_ratio=0.6).judge()
    assert verdict.gate(LICENCE).state is GateState.SHUT
    assert verdict.gate(QUOTA).state is GateState.SHUT


def test_h20_is_outside_the_paragraph_and_turns_on_the_notices(world):
    verdict = world.but(chip="nv-h20", on=date(2025, 9, 1)).judge()
    assert verdict.gate(Gate.CLASSIFICATION).state is GateState.OPEN
    assert verdict.gate(LICENCE).state is GateState.UNKNOWN
    approval = verdict.gate(Gate.CN_APPROVAL)
    assert (approval.state, approval.p_low, approval.p_high) == (GateState.DISCRETIONARY, 0.0, 0.5)
    assert approval.message.id == "rules.route.guidance"
    assert "security_summons" in {finding.answer for finding in verdict.findings}


def test_a_chinese_chip_at_home_goes_to_counsel_and_has_no_licence_row(world, ways):
    verdict = world.but(chip="hw-910c", legs=ways["at home"], facts={}).judge()
    gate = verdict.gate(LICENCE)
    assert (gate.state, [item.id for item in gate.evidence]) == (
        GateState.CONDITIONAL,
        ["counsel_note"],
    )
    licence = {"us.licence", "us.review", "us.exception"}
    assert not licence & {finding.question for finding in verdict.findings}
    assert "gp10" in {finding.answer for finding in verdict.findings}
    for name in (Gate.CN_APPROVAL, Gate.QUOTA, Gate.CUSTOMS):
        assert verdict.gate(name).state is GateState.OPEN


def test_a_chinese_chip_that_leaves_china_is_not_sent_to_counsel(world, make_leg):
    abroad = (make_leg("abroad", "CN SG export", "huawei host", "server deploy"),)
    gate = world.but(chip="hw-910c", legs=abroad, facts={}).judge().gate(LICENCE)
    assert "counsel_note" not in {item.id for item in gate.evidence}


def test_no_gate_of_capacity_or_acceptance_is_ever_opened_by_rules(world, ways):
    for legs in ways.values():
        verdict = world.but(legs=legs).judge()
        assert verdict.gate(Gate.SLOT).state is GateState.NOT_CHECKED
        assert verdict.gate(Gate.ACCEPTANCE).state is GateState.NOT_CHECKED


def test_a_state_without_a_pack_leaves_the_leg_unknown(world, make_leg):
    legs = (make_leg("far", "BR US export", "assembler laboratory", "board test"),)
    gate = world.but(legs=legs).judge().gate(LICENCE)
    assert gate.state is GateState.UNKNOWN
    said = {gate.message.id, *(note.id for note in gate.notes)}
    assert "rules.route.state_not_covered" in said


def test_a_state_whose_pack_does_not_reach_back_to_the_day_is_unknown(world, make_leg):
    """No Korean card is known for 2024, and that is no permission."""
    legs = (make_leg("memory", "KR US export", "assembler laboratory", "package test"),)
    before, after = (
        world.but(legs=legs, on=day).with_facts(kr_item_listed=False).judge()
        for day in (date(2024, 6, 1), date(2025, 10, 1))
    )
    assert before.gate(LICENCE).state is GateState.UNKNOWN
    assert after.gate(LICENCE).state is GateState.OPEN


def test_what_no_card_covers_is_printed(world):
    said = {message.id for message in world.judge().not_checked}
    assert {"rules.route.slot_beyond_rules", "rules.route.unchecked_encryption"} <= said


def test_every_source_that_is_cited_is_an_instrument(world, pack, ways):
    for legs in ways.values():
        sources = world.but(legs=legs).judge().sources
        assert sources
        assert set(sources) <= set(pack.instruments)


@pytest.mark.parametrize("milder", [Posture.ENFORCED, Posture.CODIFIED])
@pytest.mark.parametrize("chip", ["nv-h200-sxm", "nv-h20", "nv-b200", "hw-910c"])
def test_posture_is_named_and_the_cautious_is_never_milder(world, ways, milder, chip):
    for legs in ways.values():
        base = world.but(legs=legs, chip=chip)
        cautious = base.but(posture=Posture.CAUTIOUS).judge()
        other = base.but(posture=milder).judge()
        assert (cautious.posture, other.posture) == (Posture.CAUTIOUS, milder)
        assert cautious.layers == other.layers
        for strict, mild in zip(cautious.row, other.row, strict=True):
            if mild.state is not GateState.NOT_CHECKED:
                assert STRICTNESS.index(strict.state) >= STRICTNESS.index(mild.state)


def test_layers_stand_side_by_side(world):
    layers = world.judge().layers
    customs = {layer.value: row[GATE_ORDER.index(Gate.CUSTOMS)] for layer, row in layers.items()}
    assert customs["informal"].state is GateState.DISCRETIONARY
    assert customs["codified"].state is GateState.OPEN


def test_worldwide_licence_stands_in_the_text_and_is_not_enforced(world, make_leg):
    legs = (make_leg("ally", "US DE export", "vendor host", "server deploy"),)
    layers = world.but(legs=legs).with_use(site="DE", buyer="host").judge().layers
    at = GATE_ORDER.index(LICENCE)
    states = {layer.value: row[at].state for layer, row in layers.items()}
    assert states["enforced"] is GateState.OPEN
    assert states["codified"] is not GateState.OPEN


def test_a_leg_that_names_a_stranger_is_refused(world, make_leg):
    legs = (make_leg("odd", "US CN export", "vendor nobody", "server deploy"),)
    with pytest.raises(InputError, match="not described"):
        world.but(legs=legs).judge()


def test_a_transfer_may_not_cross_a_border(make_leg):
    with pytest.raises(InputError, match="called transfer"):
        make_leg("odd", "US CN transfer", "vendor cloud", "server deploy")


def test_a_route_without_legs_is_refused(world):
    with pytest.raises(InputError, match="no legs"):
        world.but(legs=()).judge()


def test_a_misspelt_fact_is_refused(world):
    with pytest.raises(InputError, match="no such fact"):
        world.with_facts(us_suply_sufficient=True).judge()
