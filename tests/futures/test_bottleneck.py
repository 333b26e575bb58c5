from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, RefusalError
from narrows.futures import bottleneck, load_bottleneck
from narrows.futures.bottleneck import dies_per_wafer


def test_gross_dies_by_hand() -> None:
    assert dies_per_wafer(665.5) == pytest.approx(106.2 - 25.8, abs=0.1)


def test_the_lesser_bound_holds(catalog: Catalog) -> None:
    got = bottleneck(catalog, known_on=COMPILED_ON)
    assert got.packages.p50 <= min(got.by_memory.p50, got.by_logic.p50)
    assert 0 <= got.p_memory_binds <= 1
    assert {"M050", "M051", "M048"} <= set(got.evidence)


def test_less_memory_binds_more(catalog: Catalog) -> None:
    asked = load_bottleneck()
    none = replace(asked, memory=replace(asked.memory, own=replace(asked.memory.own, value="0")))
    assert (
        bottleneck(catalog, known_on=COMPILED_ON, asked=none).p_memory_binds
        >= bottleneck(catalog, known_on=COMPILED_ON).p_memory_binds
    )


def test_rows_that_were_not_public_are_refused(catalog: Catalog) -> None:
    with pytest.raises(RefusalError, match="not public"):
        bottleneck(catalog, known_on=date(2025, 1, 1))
