from __future__ import annotations

from datetime import date

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON
from narrows.futures import funnel_seen


def test_in_january_nothing_was_known_of_licences_or_deliveries(catalog: Catalog) -> None:
    seen = {one.stage: one for one in funnel_seen(catalog, known_on=date(2026, 1, 23))}
    assert set(seen) == {"ordered", "in_stock"}
    assert seen["ordered"].central == 2_000_000


def test_deliveries_add_up_and_their_middle_stays_unknown(catalog: Catalog) -> None:
    seen = {one.stage: one for one in funnel_seen(catalog, known_on=COMPILED_ON)}
    assert set(seen) == {
        "ordered",
        "in_stock",
        "approved_in_china",
        "licensed_in_us",
        "delivered",
    }
    delivered = seen["delivered"]
    assert delivered.central is None
    assert delivered.high is not None
    assert delivered.high < 0.02 * 2_000_000
    assert delivered.evidence == ("M018", "M019", "M020")


def test_an_empty_past_is_an_empty_funnel(catalog: Catalog) -> None:
    assert funnel_seen(catalog, known_on=date(2020, 1, 1)) == ()
