"""An article of January 2026, retold in our own words, against the claims checked by hand.

Its figures, dates, names and errors are the original's. The original belongs to its publisher:
whoever has the text runs the same tests on it with ``NARROWS_ORIGINAL_ARTICLE=FILE``.
"""

import os
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from narrows.catalog import data_root
from narrows.claims import article_of, audit, read_article

FOLDER = Path(__file__).parents[1] / "data" / "claims"
RETOLD = FOLDER / "article-retold-zh-hant.txt"
ARTICLE = Path(os.environ.get("NARROWS_ORIGINAL_ARTICLE", RETOLD))
ON = date(2026, 1, 23)
FIGURES_FOUND_MIN = 0.95
VERDICTS_RIGHT_MIN = 0.90
WRONG = {
    "inconsistent_inside",
    "wrong_level",
    "contradicts_catalogue",
    "contradicts_rulebook",
    "contradicts_events",
}
RIGHT = {"ok", "ok_with_caveat"}


@cache
def retold_audit():
    return audit(read_article(ARTICLE), as_known_on=ON)


def by_hand():
    return yaml.safe_load((FOLDER / "article_claims.yaml").read_text())


@cache
def mapped():
    path = data_root() / "claims" / "verdict_map.yaml"
    return {row["hand"]: row["audit"] for row in yaml.safe_load(path.read_text())}


def place(row):
    text = retold_audit().text
    at = -1
    for _ in range(row.get("nth", 1)):
        at = text.index(row["at"], at + 1)
    return at, at + len(row["at"])


def claims_at(row):
    start, end = place(row)
    return [claim for claim in retold_audit().claims if claim.start < end and start < claim.end]


def is_read(row):
    """Whether the figure was found with its value, unit and role."""
    low, high = row.get("low", row.get("value")), row.get("high", row.get("value"))
    for claim in claims_at(row):
        role = claim.role in (row["role"], "event")
        if row["unit"] == "date" and claim.unit == "date" and role:
            return True
        if claim.unit == row["unit"] and claim.value is not None and role:
            inside = low == claim.value or (claim.low, claim.high) == (low, high)
            if inside:
                return True
    return False


def test_figures_are_found_with_value_unit_and_role():
    figures = [row for row in by_hand() if "unit" in row]
    missed = [row["id"] for row in figures if not is_read(row)]
    assert len(figures) >= 25
    assert 1 - len(missed) / len(figures) >= FIGURES_FOUND_MIN, missed


def test_verdicts_of_decidable_claims():
    decidable = [row for row in by_hand() if row["decided_by"] != "none"]
    off = {}
    for row in decidable:
        verdicts = {str(claim.verdict) for claim in claims_at(row)}
        if not verdicts & set(mapped()[row["hand"]]):
            off[row["id"]] = verdicts
    assert 1 - len(off) / len(decidable) >= VERDICTS_RIGHT_MIN, off


def test_no_verdict_is_the_opposite():
    for row in by_hand():
        wanted = set(mapped()[row["hand"]])
        for claim in claims_at(row):
            if wanted <= RIGHT or not wanted & WRONG:
                assert not claim.verdict.is_wrong, row
    for row in by_hand():
        if set(mapped()[row["hand"]]) <= WRONG:
            assert any(claim.verdict.is_wrong for claim in claims_at(row)), row


def test_the_tenfold_slip_is_found_without_being_told():
    slipped = [claim for claim in retold_audit().claims if claim.verdict == "wrong_level"]
    assert {"94.44 億美元", "121.73 億美元", "1,104.68 億美元"} <= {c.text for c in slipped}
    assert any("944.4 億美元" in claim.fixes for claim in slipped)


def test_nothing_is_called_wrong_that_was_not_by_hand():
    places = [place(row) for row in by_hand() if set(mapped()[row["hand"]]) & WRONG]
    for claim in retold_audit().wrong:
        assert any(claim.start < end and start < claim.end for start, end in places), claim


def test_hindsight_stays_out():
    later = audit(read_article(ARTICLE), as_known_on=date(2026, 11, 23))
    assert len(later.claims) >= len(retold_audit().claims) - 3
    cited = {source for claim in retold_audit().claims for source in claim.sources}
    assert "globenewswire-2026-02-05" not in cited


def test_the_corrected_article_is_not_called_wrong():
    text = ARTICLE.read_text(encoding="utf-8")
    for wrong, right in {
        "94.44 億美元": "944.4 億美元",
        "736.6 億元": "7,366 億元",
        "121.73 億美元": "1,217.3 億美元",
        "949.5 億元": "9,495 億元",
        "1,104.68 億美元": "11,046.8 億美元",
        "8,616.5 億元": "86,165 億元",
        "近期財報會議": "近期記者會",
        "梁文峰": "梁文鋒",
        "廣達電腦總裁詹東義": "英業達總裁",
    }.items():
        assert wrong in text
        text = text.replace(wrong, right)
    assert [claim.text for claim in audit(article_of(text), as_known_on=ON).wrong] == []
