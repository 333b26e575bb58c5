from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, Obtained, RefusalError
from narrows.futures import band, bands
from narrows.futures.bands import stem

JANUARY = date(2026, 1, 23)


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("Huawei Ascend (SemiAnalysis)", "Huawei Ascend"),
        ("Huawei Ascend", "Huawei Ascend"),
        ("Licensed H200 revenue, upper bound", "Licensed H200 revenue"),
    ],
)
def test_stem_leaves_out_whose_figure_it_is(quantity: str, expected: str) -> None:
    assert stem(quantity) == expected


def test_disagreement_is_kept_by_source(catalog: Catalog) -> None:
    found = band(
        catalog,
        known_on=COMPILED_ON,
        category="domestic_units",
        quantity="Huawei Ascend",
        period="2025",
    )
    assert found.disagreement is not None
    assert found.disagreement > 4
    assert found.estimate.p05 <= 200_000
    assert found.estimate.p95 >= 805_000
    assert found.estimate.obtained is Obtained.REPORTED_BAND
    assert len(found.opinions) == len(found.evidence) >= 2


def test_nothing_public_is_refused(catalog: Catalog) -> None:
    with pytest.raises(RefusalError, match="no market figure"):
        bands(catalog, known_on=date(2020, 1, 1), category="price")


def test_several_answers_are_refused_with_their_names(catalog: Catalog) -> None:
    with pytest.raises(RefusalError, match="name one"):
        band(catalog, known_on=COMPILED_ON, category="price", quantity="H200")


def test_later_rows_do_not_matter(
    catalog: Catalog, deleted: Callable[[Catalog, date], Catalog]
) -> None:
    assert bands(catalog, known_on=JANUARY) == bands(deleted(catalog, JANUARY), known_on=JANUARY)
