"""The evaluator's invariants, on random trees and cases."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.core import Truth
from narrows.rules import (
    Between,
    Card,
    Certainty,
    Citation,
    DatedValue,
    Effect,
    Fact,
    FactKind,
    Layer,
    Option,
    Overlay,
    Parameter,
    ParameterKind,
    Question,
    Resolve,
    Span,
    Title,
    number_column,
    word_column,
)
from narrows.rules.arrays import Truths, everywhere
from narrows.rules.loader import pack_of
from narrows.rules.question import Derive

DAY = date(2026, 1, 1)
TITLE = Title(en="x", zh_hant="x", zh_hans="x")
CITE = Citation(instrument="i", at="1", read=DAY, certainty=Certainty.A)

NUMBERS = ("n0", "n1")
DERIVED = ("p",)
"""The product of the two numbers, unless a case states it."""
FLAGS = ("f0", "f1")
WORDS = ("w0",)
SETS = ("s0",)
LETTERS = ("a", "b", "c")
LINES = (1.0, 2.0, 3.0)


def fact(name, kind, **more):
    return Fact(id=name, title=TITLE, kind=kind, **more)


def parameter(name, kind, value, **more):
    dated = DatedValue(value=value, in_force=Span(), known_on=DAY, cite=CITE)
    return Parameter(id=name, title=TITLE, kind=kind, unit="1", values=(dated,), **more)


def card(name, when, **more):
    given = {"layers": (Layer.CODIFIED, Layer.ENFORCED), "in_force": Span(), "known_on": DAY}
    return Card(id=name, title=TITLE, cite=(CITE,), when=when, cases=(), **{**given, **more})


def question(name, *answers, **more):
    options = tuple(Option(id=answer, title=TITLE) for answer in answers)
    return Question(
        id=name, title=TITLE, answers=options, none=Option(id="none", title=TITLE), **more
    )


PRODUCT = (Derive(by="total_processing_performance", of=NUMBERS),)
FACTS = (
    *(fact(name, FactKind.NUMBER, derive=PRODUCT) for name in DERIVED),
    *(fact(name, FactKind.NUMBER) for name in NUMBERS),
    *(fact(name, FactKind.FLAG) for name in FLAGS),
    *(fact(name, FactKind.WORD, values=LETTERS) for name in WORDS),
    *(fact(name, FactKind.WORDS, values=LETTERS) for name in SETS),
)
PARAMETERS = (
    *(parameter(f"line{line:.0f}", ParameterKind.NUMBER, line) for line in LINES),
    parameter("never_set", ParameterKind.NUMBER, None),
    parameter("members", ParameterKind.WORDS, ("a", "b")),
    parameter("table", ParameterKind.TABLE, {"a": "yes", "b": "no"}),
)

_line = st.sampled_from([f"line{line:.0f}" for line in LINES] + ["never_set"])
_leaf = st.one_of(
    st.builds(
        lambda fact, op, line: {"fact": fact, op: line},
        st.sampled_from((*NUMBERS, *DERIVED)),
        st.sampled_from(["lt", "le", "gt", "ge"]),
        _line,
    ),
    st.builds(lambda fact, flag: {"fact": fact, "eq": flag}, st.sampled_from(FLAGS), st.booleans()),
    st.builds(lambda word: {"fact": "w0", "eq": word}, st.sampled_from(LETTERS)),
    st.sampled_from([{"fact": "w0", "in": "members"}, {"fact": "s0", "in": "members"}]),
    st.sampled_from(
        [
            {"lookup": "table", "by": "w0", "eq": "yes"},
            {"lookup": "table", "by": "w0", "eq": "yes", "absent": False},
        ]
    ),
)


def _branches(children):
    several = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda nodes: {"all": nodes}, several),
        st.builds(lambda nodes: {"any": nodes}, several),
        st.builds(lambda node: {"not": node}, children),
        st.builds(lambda k, nodes: {"at_least": k, "of": nodes}, _line, several),
        st.builds(lambda node, nodes: {"then": node, "unless": nodes}, children, several),
    )


trees = st.recursive(_leaf, _branches, max_leaves=12)

STEPS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
_number = st.sampled_from(STEPS)
_interval = st.tuples(_number, _number).map(lambda pair: Between(min(pair), max(pair)))
cases = st.fixed_dictionaries(
    {
        **{name: st.one_of(st.none(), _number, _interval) for name in (*NUMBERS, *DERIVED)},
        **{name: st.one_of(st.none(), st.booleans()) for name in FLAGS},
        **{name: st.one_of(st.none(), st.sampled_from(LETTERS)) for name in WORDS},
        **{
            name: st.one_of(
                st.none(), st.frozensets(st.one_of(st.none(), st.sampled_from(LETTERS)))
            )
            for name in SETS
        },
    }
)


def complete(case):
    """Return a strategy of full cases that a case could turn out to be."""
    return st.fixed_dictionaries({name: _completion(name, value) for name, value in case.items()})


def _completion(name, value):
    if isinstance(value, Between):
        inside = [
            n for n in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0) if value.low <= n <= value.high
        ]
        return st.sampled_from(inside)
    if isinstance(value, frozenset) and None in value:
        more = st.frozensets(st.sampled_from(LETTERS))
        return more.map(lambda letters: (value - {None}) | letters)
    if value is not None:
        return st.just(value)
    if name in DERIVED:
        return st.none()  # it follows from the others
    if name in NUMBERS:
        return _number
    if name in FLAGS:
        return st.booleans()
    return st.sampled_from(LETTERS) if name in WORDS else st.frozensets(st.sampled_from(LETTERS))


def small_pack(tree, *, second=None):
    """Return a pack of one question with a mild and a strict card, and a card that both rest on."""
    low = Effect(question="q", answer="mild")
    high = Effect(question="q", answer="strict")
    cards = [card("base", tree), card("mild", {"rule": "base"}, effect=low)]
    cards.append(card("strict", second or {"not": {"rule": "base"}}, effect=high))
    return pack_of(cards, PARAMETERS, FACTS, [question("q", "mild", "strict")])


ON = date(2026, 6, 1)


def _regime(pack):
    return pack.at(on=ON, known_on=DAY)


def _column(name):
    return number_column if name in (*NUMBERS, *DERIVED) else word_column


def _columns(many):
    return {name: _column(name)([one[name] for one in many]) for name in many[0]}


def _as_truths(truths):
    known = [True] * len(truths.true) if truths.known is None else truths.known
    return [
        Truth.UNKNOWN if not sure else Truth.TRUE if holds else Truth.FALSE
        for holds, sure in zip(truths.true, known, strict=True)
    ]


@given(tree=trees, many=st.lists(cases, min_size=1, max_size=8))
def test_both_back_ends_agree_on_a_card(tree, many):
    back_ends_agree(tree, many)


@pytest.mark.nightly
@given(tree=trees, many=st.lists(cases, min_size=1, max_size=20))
@settings(max_examples=5000, deadline=None)
def test_both_back_ends_agree_on_many_more_cards(tree, many):
    back_ends_agree(tree, many)


def back_ends_agree(tree, many):
    """Hold the sweep of a card to its proofs, one by one."""
    regime = _regime(small_pack(tree))
    one_by_one = [regime.truth("base", case) for case in many]
    assert _as_truths(regime.sweep("base", _columns(many))) == one_by_one


@given(tree=trees, second=trees, many=st.lists(cases, min_size=1, max_size=6))
def test_both_back_ends_agree_on_an_answer(tree, second, many):
    regime = _regime(small_pack(tree, second=second))
    swept = regime.decide_many(_columns(many), "q").words()
    for case, word in zip(many, swept, strict=True):
        answer = regime.decide(case, "q").answer("q")
        assert word == (None if answer.by_cases else answer.word)


@given(tree=trees, data=st.data())
def test_learning_a_fact_never_turns_true_into_false(tree, data):
    regime = _regime(small_pack(tree))
    case = data.draw(cases)
    before = regime.truth("base", case)
    after = regime.truth("base", data.draw(complete(case)))
    assert not before.known or after is before


@given(tree=trees, second=trees, data=st.data())
def test_a_settled_answer_stands_however_the_unknowns_turn_out(tree, second, data):
    settled_answer_stands(tree, second, data)


@pytest.mark.nightly
@given(tree=trees, second=trees, data=st.data())
@settings(max_examples=5000, deadline=None)
def test_a_settled_answer_stands_in_many_more_cases(tree, second, data):
    settled_answer_stands(tree, second, data)


def settled_answer_stands(tree, second, data):
    """Settling by cases is sound: no completion of the case contradicts it."""
    regime = _regime(small_pack(tree, second=second))
    case = data.draw(cases)
    answer = regime.decide(case, "q").answer("q")
    final = regime.decide(data.draw(complete(case)), "q").answer("q")
    if final.word is not None:
        assert final.word in answer.possible
        assert answer.word in (None, final.word)


@given(tree=trees, second=trees, data=st.data())
def test_joined_limbs_that_are_settled_stand(tree, second, data):
    """Limbs that hold together are settled soundly too."""
    low, high = (Effect(question="j", answer=word) for word in ("one", "two"))
    cards = [card("one", tree, effect=low), card("two", second, effect=high)]
    joined = question("j", "one", "two", resolve=Resolve.JOIN)
    regime = _regime(pack_of(cards, PARAMETERS, FACTS, [joined]))
    case = data.draw(cases)
    answer = regime.decide(case, "j").answer("j")
    final = regime.decide(data.draw(complete(case)), "j").answer("j")
    assert final.word is None or answer.word in (None, final.word)


@given(tree=trees, case=cases)
def test_missing_is_a_fact_that_is_unknown_or_loose_or_an_unset_parameter(tree, case):
    verdict = _regime(small_pack(tree)).decide(case, "q")
    for one in verdict.missing("q"):
        value = case.get(one.fact)
        assert value is None or isinstance(value, tuple | frozenset)
        assert one.fact in case or one.fact in ("never_set", "table")


@given(tree=trees, case=cases, value=st.sampled_from([0.0, 2.0, 9.0]))
def test_overlays_do_not_touch_the_base(tree, case, value):
    base = small_pack(tree)
    before, digest = _regime(base).truth("base", case), base.digest
    changed = base.with_([Overlay(path="line2", value=value)])
    _regime(changed).truth("base", case)
    assert (_regime(base).truth("base", case), base.digest) == (before, digest)
    assert base.overlays == ()
    assert changed.digest != digest
    assert changed.cards is base.cards


def test_the_last_overlay_in_force_wins():
    pack = small_pack({"fact": "n0", "ge": "line2"}).with_(
        [
            Overlay(path="line2", value=5.0),
            Overlay(path="line2", value=1.0, span=Span(start=date(2026, 7, 1))),
        ]
    )
    case = {"n0": 2.0}
    assert pack.at(on=date(2026, 6, 30), known_on=DAY).truth("base", case) is Truth.FALSE
    assert pack.at(on=date(2026, 7, 1), known_on=DAY).truth("base", case) is Truth.TRUE


def test_a_parameter_that_was_never_set_is_unknown_not_zero():
    regime = _regime(small_pack({"fact": "n0", "ge": "never_set"}))
    assert regime.truth("base", {"n0": 1.0}) is Truth.UNKNOWN


def test_either_so_or_not_so_is_settled_by_cases():
    tree = {"any": [{"fact": "f0", "eq": True}, {"not": {"fact": "f0", "eq": True}}]}
    second = {"all": [{"rule": "base"}, {"fact": "f1", "eq": True}]}
    regime = _regime(small_pack(tree, second=second))
    answer = regime.decide({"f1": False}, "q").answer("q")
    assert (answer.word, answer.by_cases) == ("mild", True)


BOTH = {"all": [{"fact": "s0", "in": ["a"]}, {"fact": "s0", "in": ["b"]}]}
"""True of a set that holds two words together, and of none that holds one of them."""


@pytest.mark.parametrize("known", [None, frozenset({"a", None}), frozenset({None})])
def test_a_set_that_two_words_together_bring_in_is_not_excluded(known):
    regime = _regime(small_pack(BOTH, second={"rule": "base"}))
    answer = regime.decide({"s0": known}, "q").answer("q")
    full = regime.decide({"s0": frozenset({"a", "b"})}, "q").answer("q")
    assert full.word == "strict"
    assert answer.word is None
    assert set(answer.possible) >= {"none", "strict"}
    assert [one.fact for one in answer.missing] == ["s0"]


def test_what_is_known_of_a_set_is_never_assumed_away():
    tree = {"all": [{"fact": "s0", "in": ["a"]}, {"not": {"fact": "s0", "in": ["b"]}}]}
    regime = _regime(small_pack(tree, second={"rule": "base"}))
    (missing,) = regime.decide({"s0": frozenset({"a", None})}, "q").answer("q").missing
    assert set(missing.outcomes) == {"strict", "none"}
    (missing,) = regime.decide({"s0": frozenset({"c", None})}, "q").answer("q").missing
    assert set(missing.outcomes) == {"strict", "none"}


@given(
    left=st.lists(st.sampled_from(list(Truth)), min_size=1, max_size=9),
    data=st.data(),
)
@settings(max_examples=50)
def test_array_logic_is_kleenes(left, data):
    right = data.draw(
        st.lists(st.sampled_from(list(Truth)), min_size=len(left), max_size=len(left))
    )
    a, b = (_from_truths(side) for side in (left, right))
    pairs = list(zip(left, right, strict=True))
    assert _as_truths(a & b) == [x & y for x, y in pairs]
    assert _as_truths(a | b) == [x | y for x, y in pairs]
    assert _as_truths(~a) == [~x for x in left]


def _from_truths(truths):
    true = np.array([truth is Truth.TRUE for truth in truths])
    known = np.array([truth.known for truth in truths])
    return Truths(true, None if known.all() else known)


def test_an_unknown_everywhere_is_neither_true_nor_false():
    unknown = everywhere(Truth.UNKNOWN)
    assert not unknown.true.any()
    assert not unknown.false.any()
