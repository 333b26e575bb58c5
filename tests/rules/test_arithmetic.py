"""The arithmetic of the rules, at its check points and over intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.rules import Between, number_column
from narrows.rules.arithmetic import (
    FORMULAS,
    best_rate,
    bidirectional_io,
    cap_ratio,
    dram_bandwidth,
    host_link,
    memory_bandwidth_density,
    performance_density,
    sum_of_bandwidths,
    total_processing_performance,
    us_end_use_base,
)
from narrows.rules.arrays import NumberColumn, Table
from narrows.rules.proof import Case


def test_tpp_reaches_the_line_of_the_text_at_its_two_check_points():
    assert total_processing_performance(600.0, 8.0) == 4800.0
    assert total_processing_performance(300.0, 16.0) == 4800.0


def test_the_best_single_rate_counts():
    rates = {
        "fp16": (989.5, 16.0),
        "fp8": (1979.0, 8.0),
        "int8": (1979.0, 8.0),
        "tf32": (495.0, 19.0),
    }
    assert best_rate(rates)[1] == 15832.0


def test_densities_are_quotients():
    assert performance_density(2368.0, 814.0) == pytest.approx(2.909, abs=1e-3)
    assert memory_bandwidth_density(819.0, 110.0) == pytest.approx(7.445, abs=1e-3)


def test_dram_bandwidth_sums_the_interfaces():
    assert dram_bandwidth(6, 6.25, 1024) == 4800.0


def test_a800_and_h800_stay_under_the_2022_line():
    assert bidirectional_io(400.0, host_link(4)) == 464.0
    assert bidirectional_io(400.0, host_link(5)) == 528.0


def test_sum_of_bandwidths():
    assert sum_of_bandwidths(4000.0, 1028.0) == 5028.0


def test_units_for_use_abroad_do_not_count_as_a_base():
    assert cap_ratio(40000, us_end_use_base(100000, 40000)) > 0.5
    assert cap_ratio(50000, us_end_use_base(100000, 0)) == 0.5


def test_an_empty_base_carries_nothing():
    assert cap_ratio(1, 0) == math.inf
    assert cap_ratio(0, 0) == 0.0


positive = st.floats(min_value=1e-3, max_value=1e6)
TWO_ARGUMENTS = sorted(
    name for name, made in FORMULAS.items() if len(made.rises) == 2 and not made.branches
)


@given(name=st.sampled_from(TWO_ARGUMENTS), a=positive, b=positive, c=positive, d=positive,
       s=st.floats(0, 1), t=st.floats(0, 1))  # fmt: skip
def test_an_interval_holds_every_value_in_it(name, a, b, c, d, s, t):
    made = FORMULAS[name]
    first, second = Between(min(a, b), max(a, b)), Between(min(c, d), max(c, d))
    bounds = made(first, second)
    x = min(max(first.low + s * (first.high - first.low), first.low), first.high)
    y = min(max(second.low + t * (second.high - second.low), second.low), second.high)
    assert isinstance(bounds, Between)
    assert bounds.low <= made(x, y) <= bounds.high


@given(name=st.sampled_from(TWO_ARGUMENTS), a=positive, b=positive)
def test_an_unknown_argument_leaves_the_result_unknown(name, a, b):
    made = FORMULAS[name]
    assert made(None, b) is None
    assert made(a, None) is None


modest = st.floats(min_value=1e-3, max_value=100.0)
pairs_of = st.lists(st.tuples(modest, modest), min_size=1, max_size=5)


EXACT = sorted(set(FORMULAS) - {"host_link"})
"""A power rounds otherwise in NumPy; generations are whole numbers, for which both are exact."""


@given(pairs_of, st.sampled_from(EXACT))
def test_arrays_agree_with_single_cases(pairs, name):
    made = FORMULAS[name]
    names = [f"x{i}" for i in range(len(made.rises))]
    rows = [[pair[i % 2] for i in range(len(names))] for pair in pairs]
    recipes = {"y": ((made, tuple(names)),)}
    columns = {n: number_column([row[i] for row in rows]) for i, n in enumerate(names)}
    column = Table(columns, recipes).column("y")
    single = [Case(dict(zip(names, row, strict=True)), recipes)["y"] for row in rows]
    if isinstance(column, NumberColumn):
        assert np.array_equal(column.low, np.array(single, dtype=float))
    else:
        assert [column.occurring[code] for code in column.codes] == single


def test_a_fact_derived_from_itself_is_unknown():
    recipes = {"x": ((FORMULAS["has_applicable_die"], ("x",)),)}
    assert Case({}, recipes)["x"] is None


def test_a_flag_derived_from_an_interval_is_a_flag_or_unknown_in_both_engines():
    recipes = {"nonplanar": ((FORMULAS["has_applicable_die"], ("area",)),)}
    areas = (Between(790.0, 810.0), Between(0.0, 5.0), 814.0, None)
    alone = [Case({"area": area}, recipes)["nonplanar"] for area in areas]
    assert alone == [True, None, True, None]
    column = Table({"area": number_column(areas)}, recipes).column("nonplanar")
    assert [None if code < 0 else column.occurring[code] for code in column.codes] == alone
