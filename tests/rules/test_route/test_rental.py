"""Machines rented abroad: a supply option with checks of its own."""

from datetime import date

import pytest

from narrows.core import Gate, GateState, Truth
from narrows.rules import Overlay, Possession

LICENCE = Gate.EXPORT_LICENCE


@pytest.fixture
def rented(world, ways):
    return world.but(legs=ways["to a host abroad"]).with_use(site="MY", possession=Possession.RENT)


def answers(verdict):
    return {finding.answer for finding in verdict.findings}


def test_renting_is_no_export_to_the_tenant_and_asks_for_its_own_papers(rented):
    verdict = rented.judge()
    gate = verdict.gate(LICENCE)
    assert gate.state is GateState.CONDITIONAL
    asked = {item.id for item in gate.evidence}
    assert {"operator_parent_shown", "rental_use_shown", "operator_terms_shown"} <= asked
    assert "remote_access" in answers(verdict)


def test_the_same_machines_bought_by_the_chinese_parent_are_presumed_denied(rented):
    bought = rented.with_use(possession=Possession.BUY)
    assert bought.judge().gate(LICENCE).state is GateState.SHUT


def test_an_operator_with_a_chinese_parent_is_presumed_denied(rented):
    for parent in ("CN", "MO"):
        gate = rented.with_party("host", ultimate_parent=parent).judge().gate(LICENCE)
        assert gate.state is GateState.SHUT


def test_an_operator_whose_parent_nobody_has_shown_is_unknown(rented):
    gate = rented.with_party("host", ultimate_parent=None).judge().gate(LICENCE)
    assert gate.state is GateState.UNKNOWN
    assert "party_headquarters" in gate.missing


def test_a_model_for_military_use_may_need_a_licence_from_may_2025(rented):
    military = rented.with_use(model_for_military_or_weapons=Truth.TRUE)
    assert military.judge().gate(LICENCE).state is GateState.UNKNOWN
    assert military.but(on=date(2025, 5, 12)).judge().gate(LICENCE).state is (GateState.CONDITIONAL)


def test_the_remote_access_bill_is_an_overlay_and_nothing_else(rented, pack):
    day = rented.but(on=date(2026, 6, 1))
    enacted = pack.with_([Overlay(path="us.bill.hr2683.enacted", value="on")])
    assert day.judge().gate(LICENCE).state is GateState.CONDITIONAL
    assert day.but(pack=enacted).judge().gate(LICENCE).state is GateState.UNKNOWN
    assert day.judge().gate(LICENCE).state is GateState.CONDITIONAL


def test_no_chinese_gate_bears_on_machines_abroad(rented):
    verdict = rented.judge()
    assert verdict.gate(Gate.CUSTOMS).state is GateState.NOT_CHECKED
    assert verdict.gate(Gate.QUOTA).state is GateState.NOT_CHECKED
    assert verdict.shares == ()
    assert verdict.conflicts == ()
