"""Kleene's tables, and the refusal to be a Python truth value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.core import Truth, all_true, any_true, truth_of

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
truths = st.sampled_from(list(Truth))


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        (T, T, T, T), (T, F, F, T), (T, U, U, T),
        (F, F, F, F), (F, U, F, U), (U, U, U, U),
    ],
)  # fmt: skip
def test_tables(left, right, conjunction, disjunction):
    assert left & right is conjunction
    assert right & left is conjunction
    assert left | right is disjunction
    assert right | left is disjunction


@given(truths, truths)
def test_de_morgan(left, right):
    assert ~(left & right) is (~left | ~right)


def test_missing_is_unknown_not_false():
    assert truth_of(None) is U
    assert truth_of(False) is F


def test_empty_collections_have_the_neutral_element():
    assert all_true([]) is T
    assert any_true([]) is F


def test_a_truth_is_no_boolean():
    with pytest.raises(TypeError, match="three values"):
        bool(U)
