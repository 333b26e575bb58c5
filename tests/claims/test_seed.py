"""The seed article, held against the seventy claims that were checked by hand."""

from datetime import date
from pathlib import Path

from narrows.claims import audit, read_article

SEED = Path(__file__).parents[1] / "data" / "claims" / "seed-zh-hant.txt"


def test_the_tenfold_slip_is_found_without_being_told():
    found = audit(read_article(SEED), as_known_on=date(2026, 1, 23))
    slipped = {claim.text for claim in found.claims if claim.verdict == "wrong_level"}
    assert {"94.44 億美元", "121.73 億美元", "1,104.68 億美元"} <= slipped
