from __future__ import annotations

import pytest

from narrows.catalog import load_catalog
from narrows.performance.training.speed import peers, speed_rows


@pytest.mark.nightly
def test_a_million_layouts_in_a_cpu_second() -> None:
    rows = speed_rows(load_catalog())
    full = [row for row in rows if "full model" in str(row["name"])]
    assert all(row["rate"] >= 1_000_000 for row in full)
    assert min(row["ratio"] for row in full) >= 1_000


def test_peers_are_recorded_with_their_day() -> None:
    assert {peer.rate for peer in peers()} == {475.0, 63.6}
