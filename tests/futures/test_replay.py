from __future__ import annotations

from collections.abc import Callable
from datetime import date

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, Gate, GateState
from narrows.futures import replay


def test_each_day_is_answered_from_its_own_records(
    catalog: Catalog, deleted: Callable[[Catalog, date], Catalog]
) -> None:
    day = date(2026, 1, 23)
    one = replay(catalog, "h200", first=day, to=day, chips_ordered=1000, quarters=2)
    two = replay(deleted(catalog, day), "h200", first=day, to=day, chips_ordered=1000, quarters=2)
    assert one == two


def test_the_replay_follows_the_gates(catalog: Catalog) -> None:
    said = replay(
        catalog, "h200", first=date(2025, 11, 23), to=COMPILED_ON, chips_ordered=1000, quarters=2
    )
    assert [one.known_on.isoformat() for one in said] == [
        "2025-11-23",
        "2026-02-23",
        "2026-05-23",
        "2026-08-23",
        "2026-11-23",
    ]
    assert [one.now.get(Gate.CUSTOMS) for one in said] == [
        GateState.DISCRETIONARY,
        GateState.SHUT,
        GateState.SHUT,
        GateState.DISCRETIONARY,
        GateState.DISCRETIONARY,
    ]
    assert Gate.CN_APPROVAL not in said[0].now
    assert said[-1].seen[-1].stage == "delivered"
    for one in said:
        assert all(0 <= chance.p05 <= chance.p95 <= 1 for chance in one.not_shut.values())


def test_before_anything_was_known_nothing_is_said(catalog: Catalog) -> None:
    day = date(2020, 1, 1)
    said = replay(catalog, "h200", first=day, to=day, chips_ordered=1000)
    assert said[0].now == {}
    assert said[0].arrived == ()
