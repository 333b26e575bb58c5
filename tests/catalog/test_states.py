from __future__ import annotations

import pytest
from babel import Locale

from narrows.catalog.states import is_state_code, state_codes

NO_STATES = {
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "EU",
    "EZ",
    "IC",
    "QO",
    "TA",
    "UN",
    "XA",
    "XB",
    "XK",
    "ZZ",
}
"""Unions, made-up codes, parts of states, and codes that ISO 3166-1 has not assigned."""


def test_the_codes_are_those_of_the_standard():
    two_letters = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()}
    assert two_letters - NO_STATES == state_codes()


@pytest.mark.parametrize("code", ["UK", "EU", "NK", "cn", "CHN", "中", "", "ZZ"])
def test_what_only_looks_like_a_code_is_none(code):
    assert not is_state_code(code)
