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


@pytest.mark.nightly
def test_the_whole_space_takes_less_than_fifteen_cpu_seconds() -> None:
    swept = [row for row in speed_rows(load_catalog()) if "distinct" in row]
    for row in swept:
        assert row["distinct"] == row["candidates"] + row["pruned"] + row["pruned_by_host"]
        assert row["distinct"] > row["peer_space"] == 7_276_848
        assert row["cpu_s"] < 15.0
        assert row["rate"] >= 1_000_000
    whole = swept[0]
    assert [each["distinct"] for each in whole["growth"]][-1] == whole["distinct"]
    assert whole["exponent"] <= 1.1


def test_peers_are_recorded_with_their_day() -> None:
    assert {peer.rate for peer in peers()} == {475.0, 63.6}
