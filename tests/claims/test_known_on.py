"""Two clocks: what became public later leaves no trace in a replay."""

import json
from datetime import date, timedelta

import pytest

from narrows.catalog import load_catalog
from narrows.claims import article_of, audit, audit_tree
from narrows.claims import yardstick as records
from narrows.core import visible
from narrows.rules import load_pack

ON = date(2026, 1, 23)
TEXT = (
    "2025 年全球 AI 晶片市場規模為 94.4 億美元。中國在 2026 年 1 月 28 日批准首批 H200。"
    "輸華數量不得超過美國國內銷售量的 50%。H200 記憶體為 141 GB。"
    "英業達總裁說,美國已經同意,H200 卡在中國這一邊,取決於政治。"
)


def told(catalog, pack, on=ON):
    found = audit(article_of(TEXT), as_known_on=on, catalog=catalog, pack=pack)
    return json.dumps(audit_tree(found, catalog.as_known_on(on).sources, as_known_on=on))


def test_before_the_first_record_nothing_is_known():
    article = article_of("2026年1月15日的新規令H200須繳25%關稅。 Huawei earned US$2 billion.")
    found = audit(article, as_known_on=date(1900, 1, 1))
    assert found.claims
    assert {str(claim.verdict) for claim in found.claims} <= {"unverifiable", "ok"}


def test_deleting_later_records_changes_nothing():
    whole = told(load_catalog(), load_pack())
    assert told(load_catalog().as_known_on(ON), load_pack().as_known_on(ON)) == whole


def test_own_records_known_later_are_unseen(monkeypatch):
    on = date(2025, 1, 31)
    whole = told(load_catalog(), load_pack(), on)
    known = tuple(one for one in records.load_reported() if visible(one, on))
    quotes = tuple(one for one in records.load_quotes() if visible(one, on))
    monkeypatch.setattr("narrows.claims.knowledge.load_reported", lambda: known)
    monkeypatch.setattr("narrows.claims.knowledge.load_quotes", lambda: quotes)
    assert told(load_catalog(), load_pack(), on) == whole


@pytest.mark.parametrize(("days", "verdict"), [(-1, "unverifiable"), (0, "contradicts_events")])
def test_a_quote_is_decided_from_the_day_of_its_record(days, verdict):
    text = "廣達電腦總裁說,取決於政治,美國已經同意,H200 卡在中國這一邊。"
    on = date(2026, 1, 20) + timedelta(days=days)
    found = audit(article_of(text), as_known_on=on)
    verdicts = {str(claim.verdict) for claim in found.claims}
    assert ("contradicts_events" in verdicts) == (verdict == "contradicts_events")
