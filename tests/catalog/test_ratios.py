from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.catalog import (
    Catalog,
    Comparison,
    CountingUnit,
    Quantity,
    Rounding,
    compare,
    load_comparisons,
    rounded,
)
from narrows.core import RefusalError, UnknownNameError

PRINTED = {
    "npus_per_die": 56.9,
    "npus_per_die_truncated": 56.8,
    "npus_per_package": 113.8,
    "fp8_compute": 6.7,
    "fast_memory": 15.4,
    "hbm": 55.7,
    "hbm_bandwidth": 35.0,
    "scaleup_bandwidth": 62.7,
}


@pytest.mark.parametrize(("comparison_id", "printed"), PRINTED.items())
def test_the_figures_of_the_article_come_out_by_formula(
    catalog: Catalog, comparison_id: str, printed: float
) -> None:
    base = load_comparisons()[comparison_id]
    ratio = compare(catalog, base)
    assert ratio.printed == printed
    assert ratio.base is base


def test_every_packaged_comparison_is_tested() -> None:
    assert set(load_comparisons()) == set(PRINTED)


def test_a_ratio_can_be_walked_back_to_its_sources(catalog: Catalog) -> None:
    figure = compare(catalog, load_comparisons()["npus_per_die"]).figure
    assert figure.formula == "atlas-950-superpod.packages / vr-nvl144.logic_dies"
    assert [item.value for item in figure.inputs] == [8192, 144]
    assert all(item.sources for item in figure.inputs)
    assert figure.value == pytest.approx(8192 / 144)


def test_the_ratios_are_those_of_september_2025(catalog: Catalog) -> None:
    seen = catalog.as_known_on(date(2025, 9, 30))
    assert compare(seen, load_comparisons()["fp8_compute"]).printed == 6.7
    with pytest.raises(UnknownNameError):
        compare(catalog.as_known_on(date(2025, 9, 1)), load_comparisons()["fp8_compute"])


def test_the_counting_unit_decides(catalog: Catalog) -> None:
    base = load_comparisons()["npus_per_die"]
    packages = replace(base, under_unit=CountingUnit.PACKAGE)
    marketed = replace(base, under_unit=CountingUnit.MARKETED)
    assert compare(catalog, packages).printed == 113.8
    assert compare(catalog, marketed).printed == 56.9


@pytest.mark.parametrize(
    "change",
    [{"dense": False}, {"quantity": Quantity.COMPUTE}, {"quantity": Quantity.MEMORY}],
    ids=["sparse", "no number format", "no memory scope"],
)
def test_an_incomplete_base_is_refused(catalog: Catalog, change: dict[str, object]) -> None:
    base = Comparison(id="x", quantity=Quantity.COUNT, over="cloudmatrix384", under="dgx-h200")
    with pytest.raises(RefusalError):
        compare(catalog, replace(base, **change))  # type: ignore[arg-type]


def test_an_unknown_figure_is_refused(catalog: Catalog) -> None:
    base = Comparison(
        id="x", quantity=Quantity.SCALEUP_BANDWIDTH, over="scalex640", under="dgx-h200"
    )
    with pytest.raises(RefusalError, match="unknown"):
        compare(catalog, base)


@given(st.floats(0, 1e6))
def test_floor_is_never_above_rounding_by_a_step(value: float) -> None:
    low, near = rounded(value, Rounding.FLOOR_1), rounded(value, Rounding.ROUND_1)
    assert low <= value + 1e-9
    assert -1e-6 <= near - low <= 0.1 + 1e-6
    assert rounded(value, Rounding.NONE) == value
