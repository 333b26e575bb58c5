"""A fact that nobody has shown never opens a gate."""

from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrows.core import Gate, GateState, Truth
from narrows.rules import BuyerType, EndUse, EndUsePurpose, StateMoney
from narrows.rules.gates import STRICTNESS

FLAGS = (
    "us_available_on_cutoff",
    "us_supply_sufficient",
    "end_use_screened_clean",
    "remote_users_disclosed",
    "kyc_in_place",
    "lab_interest_in_parties",
    "lab_recognised",
    "end_user_statement_held",
    "notice_binds_exporter",
    "tw_item_listed",
)
TRUTHS = tuple(field.name for field in fields(EndUse) if field.type == "Truth")
CHOICES = {
    "state_money": (StateMoney, StateMoney.UNKNOWN),
    "purpose": (EndUsePurpose, EndUsePurpose.UNKNOWN),
}
SOME = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
MANY = settings(SOME, max_examples=300)
CHIPS = st.sampled_from(["nv-h200-sxm", "nv-h20", "nv-b200", "hw-910c"])
WAYS = st.sampled_from(["boards to Shanghai", "whole from the US", "straight from Taiwan"])


def strictness(verdict):
    return {reading.gate: STRICTNESS.index(reading.state) for reading in verdict.row}


def check_never_more_open(unknown, known):
    """Whatever the fact turns out to be, the doubtful gate was not the more open one.

    One of the values is at least as mild as the doubt, and a gate that is open in doubt is open
    for every value.
    """
    doubtful = strictness(unknown.judge())
    settled = [strictness(world.judge()) for world in known]
    for gate, strict in doubtful.items():
        assert strict >= min(row[gate] for row in settled)
        if strict == STRICTNESS.index(GateState.OPEN):
            assert all(row[gate] == strict for row in settled)


FLAG_CASE = given(
    fact=st.sampled_from(FLAGS),
    others=st.dictionaries(st.sampled_from(FLAGS), st.sampled_from([True, False, None])),
    chip=CHIPS,
    way=WAYS,
)


def check_flag(world, ways, fact, others, chip, way):
    base = world.but(chip=chip, legs=ways[way]).with_facts(**others)
    unknown = base.with_facts(**{fact: None})
    known = [base.with_facts(**{fact: value}) for value in (True, False)]
    check_never_more_open(unknown, known)


test_unknown_flag = SOME(FLAG_CASE(check_flag))
test_unknown_flag_at_length = pytest.mark.nightly(MANY(FLAG_CASE(check_flag)))


@SOME
@given(name=st.sampled_from(TRUTHS), chip=CHIPS, way=WAYS)
def test_unknown_use(world, ways, name, chip, way):
    base = world.but(chip=chip, legs=ways[way])
    unknown = base.with_use(**{name: Truth.UNKNOWN})
    known = [base.with_use(**{name: value}) for value in (Truth.TRUE, Truth.FALSE)]
    check_never_more_open(unknown, known)


@SOME
@given(
    name=st.sampled_from(sorted(CHOICES)), progress=st.sampled_from([None, 0.1, 0.9]), chip=CHIPS
)
def test_unknown_choice(world, name, progress, chip):
    base = world.but(chip=chip).with_use(build_progress=progress)
    kind, unknown_word = CHOICES[name]
    unknown = base.with_use(**{name: unknown_word})
    known = [base.with_use(**{name: word}) for word in kind if word is not unknown_word]
    check_never_more_open(unknown, known)


def test_unknown_kind_of_buyer(world):
    unknown = world.with_party("cloud", buyer_type=BuyerType.UNKNOWN)
    known = [
        world.with_party("cloud", buyer_type=kind)
        for kind in BuyerType
        if kind is not BuyerType.UNKNOWN
    ]
    check_never_more_open(unknown, known)


@pytest.mark.parametrize("field", ["listed_on", "owned_by_listed_share", "headquarters"])
def test_unknown_party_fact_is_named_and_opens_nothing(world, field):
    known = world.judge()
    doubtful = world.with_party("server_maker", **{field: None}).judge()
    for gate in Gate:
        assert strictness(doubtful)[gate] >= strictness(known)[gate]


def test_a_fact_given_as_unknown_is_a_fact_not_given(world):
    given_as_unknown = world.with_facts(kyc_in_place=None)
    facts = {name: value for name, value in world.facts.items() if name != "kyc_in_place"}
    assert given_as_unknown.judge() == replace(world, facts=facts).judge()


def test_without_any_paper_nothing_but_what_needs_none_is_open(world):
    verdict = world.but(facts={}).judge()
    assert [reading.gate for reading in verdict.row if reading.state is GateState.OPEN] == []
