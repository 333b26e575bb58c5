"""What would have been said on four days, and no later knowledge in any of it."""

import json
from datetime import date

import pytest

from narrows.core import COMPILED_ON, Gate, GateState, read_document
from narrows.rules import BuyerType, load_approvals, load_pack
from narrows.rules.loader import PACKAGED

DAYS = [date(2026, 1, 14), date(2026, 1, 23), date(2026, 7, 31), date(2026, 11, 23)]
EVE, DECISION, SUMMER, TODAY = DAYS


def row_of(verdict):
    return {reading.gate: (reading.state, reading.p_low, reading.p_high) for reading in verdict.row}


def answers(verdict, question):
    return {finding.answer for finding in verdict.findings if finding.question == question}


def test_eve_the_rule_is_published_and_not_in_force(world):
    row = row_of(world.but(on=EVE).judge())
    assert row[Gate.EXPORT_LICENCE][0] is GateState.SHUT
    assert row[Gate.CN_APPROVAL] == (GateState.DISCRETIONARY, 0.0, 0.3)
    assert row[Gate.CUSTOMS] == (GateState.DISCRETIONARY, 0.0, 0.1)


def test_decision_day_the_window_is_open_to_papers_and_beijing_agrees_in_principle(world):
    verdict = world.but(on=DECISION).judge()
    row = row_of(verdict)
    assert row[Gate.EXPORT_LICENCE][0] is GateState.CONDITIONAL
    assert row[Gate.CN_APPROVAL] == (GateState.DISCRETIONARY, 0.0, 0.5)
    assert row[Gate.CUSTOMS] == (GateState.DISCRETIONARY, 0.0, 0.1)
    assert row[Gate.QUOTA][0] is GateState.UNKNOWN
    assert [one.state.value for one in verdict.approvals] == ["in_principle"]


def test_summer_customs_lets_a_trickle_in(world):
    verdict = world.but(on=SUMMER).judge()
    row = row_of(verdict)
    assert row[Gate.CN_APPROVAL] == (GateState.DISCRETIONARY, 0.05, 0.4)
    assert row[Gate.CUSTOMS] == (GateState.DISCRETIONARY, 0.05, 0.4)
    assert "reported_talks" in answers(verdict, "cn.watch")
    assert [one.state.value for one in verdict.approvals] == [
        "in_principle",
        "approved_conditional",
    ]


def test_today_more_steps_meet_a_chinese_rule_than_in_january(world):
    def held(day):
        conflicts = world.but(on=day).judge().conflicts
        return {one.step for one in conflicts if one.code == "k2"}

    assert held(DECISION) < held(TODAY)
    assert {"site_audit", "ownership_tracing", "compliance_clause"} <= held(TODAY) - held(DECISION)


def test_the_four_days_differ(world):
    rows = [json.dumps(row_of(world.but(on=day).judge()), default=str) for day in DAYS[:3]]
    assert len(set(rows)) == 3
    before, after = (world.but(on=day).judge() for day in (SUMMER, TODAY))
    assert {one.code for one in before.conflicts} == {one.code for one in after.conflicts}
    assert before.pack_hash != after.pack_hash


def test_what_is_in_force_and_what_is_known_are_two_clocks(world):
    """The law of summer, seen by somebody who stands in January, is the law of January."""
    seen = world.but(on=SUMMER, known_on=DECISION).judge()
    assert row_of(seen)[Gate.CUSTOMS] == (GateState.DISCRETIONARY, 0.0, 0.1)
    assert [one.state.value for one in seen.approvals] == ["in_principle"]


def test_the_pause_reaches_platforms_and_the_report_reaches_state_firms(world):
    eve = date(2026, 1, 10)
    platform = world.but(on=eve).judge().gate(Gate.CN_APPROVAL)
    laboratory = world.with_party("cloud", buyer_type=BuyerType.AI_LAB).but(on=eve)
    assert platform.message.values["card"] == "cn.10.pause"
    assert laboratory.but(on=date(2026, 1, 6)).judge().gate(Gate.CN_APPROVAL).state is (
        GateState.UNKNOWN
    )


def without_later(source, target, day):
    """Write the rulebook with every record, value and ending deleted that became known later."""
    for path in sorted(source.rglob("*.yaml")):
        tree = read_document(path).tree
        if not isinstance(tree, list):
            continue  # a route that somebody states is no record
        kept = [thin(entry, day) for entry in tree if known(entry, day)]
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(kept, ensure_ascii=False, default=str), encoding="utf-8")


def known(entry, day):
    return "known_on" not in entry or (entry["known_on"] or COMPILED_ON) <= day


def thin(entry, day):
    lists = {name: entry[name] for name in ("values", "ends", "suspended") if name in entry}
    return {
        **entry,
        **{
            name: [one for one in rows if not isinstance(one, dict) or known(one, day)]
            for name, rows in lists.items()
        },
    }


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_deleting_what_became_known_later_changes_nothing(world, ways, tmp_path, day):
    without_later(PACKAGED, tmp_path, day)
    thinned = load_pack(tmp_path)
    approvals = load_approvals(tmp_path / "cn" / "approvals.yaml")
    for legs in ways.values():
        whole = world.but(on=day, legs=legs)
        assert whole.judge() == whole.but(pack=thinned, approvals=approvals).judge()


def test_order_of_records_does_not_matter(world, pack):
    turned = type(pack)(
        instruments=dict(reversed(pack.instruments.items())),
        parameters=dict(reversed(pack.parameters.items())),
        cards=dict(reversed(pack.cards.items())),
        trees=pack.trees,
        questions=dict(reversed(pack.questions.items())),
        facts=pack.facts,
    )
    assert world.judge() == world.but(pack=turned).judge()
