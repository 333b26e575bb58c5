"""Approvals by buyer and date."""

from datetime import date

import pytest

from narrows.core import InputError
from narrows.rules import ApprovalState, approvals_for, load_approvals, load_pack
from narrows.rules.route_approvals import reported_state

APPROVALS = load_approvals()
H200 = "nv-h200-sxm"
DECISION, END = date(2026, 1, 23), date(2026, 11, 23)


def test_every_approval_cites_an_instrument_that_was_public_by_then():
    instruments = load_pack().instruments
    for approval in APPROVALS:
        assert approval.cite
        for cite in approval.cite:
            assert instruments[cite.instrument].known_on <= approval.known_on


def test_state_of_a_named_buyer_moves_with_what_is_known():
    def state(group, day):
        return reported_state(APPROVALS, group, chip=H200, on=day, known_on=day)

    assert state("alibaba", date(2026, 1, 22)) == "none"
    assert state("alibaba", DECISION) == "in_principle"
    assert state("alibaba", date(2026, 1, 28)) == "approved_conditional"
    assert state("deepseek", DECISION) == "none"
    assert state("deepseek", END) == "approved_conditional"


def test_a_buyer_that_is_not_named_could_be_anybody():
    assert reported_state(APPROVALS, None, chip=H200, on=END, known_on=END) is None


def test_a_us_licence_is_no_chinese_approval():
    assert reported_state(APPROVALS, "jd", chip=H200, on=END, known_on=END) == "none"
    licences = approvals_for(APPROVALS, "jd", chip=H200, on=END, known_on=END)
    assert [(one.side.value, one.quantity_cap_chips) for one in licences] == [("US", 75_000)]


def test_no_approval_ever_reached_supply():
    states = {approval.state for approval in APPROVALS}
    assert ApprovalState.CUSTOMS_RELEASED not in states


def test_another_chip_has_no_approval():
    assert approvals_for(APPROVALS, "alibaba", chip="nv-b200", on=END, known_on=END) == ()


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "approvals.yaml"
    path.write_text("- {id: odd}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"approvals\.yaml"):
        load_approvals(path)
