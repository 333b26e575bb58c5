from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import Catalog, data_root, load_catalog
from narrows.catalog.hindsight import latest_day, seen_on, timely_sources
from narrows.core import COMPILED_ON, Source, read_document, visible

JANUARY = date(2026, 1, 23)
FIRST = date(2016, 1, 1)
DAYS = (COMPILED_ON - FIRST).days


def _public(record: dict[str, Any], day: date) -> bool:
    return (record.get("known_on") or COMPILED_ON) <= day


def _without_later_parts(record: dict[str, Any], day: date) -> dict[str, Any]:
    """Delete revisions and disputes that became known later; nothing else is touched."""
    kept = dict(record)
    for part in ("field_evidence", "disputes"):
        kept[part] = [
            item for item in record.get(part, []) if (item.get("known_on") or FIRST) <= day
        ]
        if not kept[part]:
            del kept[part]
    return kept


def _records(path: Path) -> list[dict[str, Any]]:
    tree: Any = read_document(path).tree
    return list(tree)


def _delete_later(root: Path, target: Path, day: date) -> None:
    """Write the data as if every record known after ``day`` had never been entered."""
    shutil.copytree(root / "catalog", target / "catalog")
    ids: set[str] = set()
    for path in (target / "catalog").rglob("*.yaml"):
        if path.parent.name == "sources" or path.name == "ratios.yaml":
            continue
        records = _records(path)
        kept = [_without_later_parts(each, day) for each in records if _public(each, day)]
        ids |= {each["id"] for each in kept}
        path.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), "utf-8")
    aliases: Any = read_document(root / "aliases.yaml").tree
    for kind in ("chips", "systems", "models"):
        aliases[kind] = {key: names for key, names in aliases[kind].items() if key in ids}
    text = yaml.safe_dump(aliases, allow_unicode=True, sort_keys=False, default_style='"')
    (target / "aliases.yaml").write_text(text, encoding="utf-8")


def _everything(catalog: Catalog) -> tuple[object, ...]:
    return (
        dict(catalog.chips),
        dict(catalog.systems),
        dict(catalog.models),
        catalog.events,
        catalog.market,
        catalog.rates,
        dict(catalog.sources),
        catalog.as_of,
    )


@pytest.mark.parametrize(
    "day",
    [
        date(2023, 10, 17),
        date(2025, 3, 18),
        date(2025, 4, 30),
        date(2025, 12, 31),
        JANUARY,
        date(2026, 8, 1),
    ],
)
def test_as_known_on_is_what_remains_when_later_records_are_deleted(
    tmp_path: Path, catalog: Catalog, day: date
) -> None:
    _delete_later(data_root(), tmp_path, day)
    deleted = load_catalog(tmp_path)
    assert _everything(deleted.as_known_on(day)) == _everything(catalog.as_known_on(day))


@given(st.integers(0, DAYS), st.integers(0, DAYS))
@settings(max_examples=40, deadline=None)
def test_looking_back_twice_is_looking_back_once(first: int, second: int) -> None:
    catalog = load_catalog()
    days = [FIRST + timedelta(first), FIRST + timedelta(second)]
    twice = catalog.as_known_on(max(days)).as_known_on(min(days))
    once = catalog.as_known_on(min(days))
    assert _everything(twice) == _everything(once)


@given(st.integers(0, DAYS))
@settings(max_examples=40, deadline=None)
def test_nothing_visible_is_known_later(offset: int) -> None:
    day = FIRST + timedelta(offset)
    seen = load_catalog().as_known_on(day)
    hardware = [*seen.chips.values(), *seen.systems.values()]
    records = [*hardware, *seen.models.values(), *seen.events, *seen.market, *seen.rates]
    assert all(visible(record, day) for record in records)
    dated = [item.known_on for record in hardware for item in record.field_evidence]
    assert all(known_on is None or known_on <= day for known_on in dated)
    assert all(system.chip is None or system.chip in seen.chips for system in seen.systems.values())


def test_a_record_without_a_first_day_is_seen_from_the_compilation_on(catalog: Catalog) -> None:
    undated = [chip.id for chip in catalog.chips.values() if chip.known_on is None]
    assert undated
    before = catalog.as_known_on(COMPILED_ON - timedelta(1))
    assert not set(undated) & set(before.chips)
    assert set(undated) <= set(catalog.as_known_on(COMPILED_ON).chips)


def test_a_field_reads_as_it_did_before_its_day(catalog: Catalog) -> None:
    early = catalog.as_known_on(date(2025, 4, 30)).chips["hw-910c"]
    assert (early.bf16_tflops, early.int8_tops) == (780, None)
    assert catalog.as_known_on(date(2025, 7, 1)).chips["hw-910c"].bf16_tflops == 752
    rubin = catalog.as_known_on(date(2025, 12, 31)).chips["nv-r200"]
    assert rubin.memory_bandwidth_gb_s == 13000


def test_later_sources_are_not_cited_where_earlier_ones_are(catalog: Catalog) -> None:
    whole = catalog.chips["nv-h200-sxm"].sources
    assert catalog.as_known_on(JANUARY).chips["nv-h200-sxm"].sources == whole[:1]
    late = {"early": Source("early", "e", known_on=JANUARY), "late": Source("late", "l")}
    assert timely_sources(("early",), late, date(2020, 1, 1)) == ("early",)
    assert timely_sources(("early", "late"), late, date(2020, 1, 1)) == ("late",)


def test_present_remarks_and_later_prices_are_taken_out(catalog: Catalog) -> None:
    chip = catalog.as_known_on(date(2025, 11, 30)).chips["nv-h200-sxm"]
    assert (chip.status, chip.notes, chip.price_usd) == (None, None, None)
    assert catalog.as_known_on(JANUARY).chips["nv-h200-sxm"].price_usd == 25000
    assert catalog.as_known_on(JANUARY).systems["dgx-h200"].price_usd is None


def test_the_whole_is_unchanged_on_the_day_of_compilation(catalog: Catalog) -> None:
    assert _everything(catalog.as_known_on(COMPILED_ON)) == _everything(catalog)


def test_revisions_are_appended_and_the_file_keeps_the_first_value(catalog: Catalog) -> None:
    assert catalog.as_written["hw-910c"].bf16_tflops == 780  # type: ignore[union-attr]
    assert catalog.chips["hw-910c"].bf16_tflops == 752


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-Q1/Q2", date(2026, 3, 31)),
        ("2025-H2", date(2025, 12, 31)),
        ("2022-2023", date(2023, 12, 31)),
        ("2020-05 (40GB)", date(2020, 5, 31)),
        ("(barely shipped)", COMPILED_ON),
    ],
)
def test_the_latest_day_that_a_text_can_mean(text: str, day: date) -> None:
    assert latest_day(text) == day


def test_a_plan_is_as_old_as_its_record(catalog: Catalog) -> None:
    seen = seen_on(catalog.chips["hw-950dt"], JANUARY)
    assert seen.shipping == "2026-Q4 (plan)"
