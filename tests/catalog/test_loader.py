from __future__ import annotations

import time
from pathlib import Path

import pytest

from narrows.catalog import Catalog, load_catalog
from narrows.core import Grade, InputError

LOAD_CPU_MAX_S = 0.7


def test_everything_that_was_researched_is_there(catalog: Catalog) -> None:
    assert len(catalog.chips) == 109
    assert len(catalog.systems) == 47
    assert len(catalog.models) >= 56
    assert len(catalog.events) == 113
    assert len(catalog.market) >= 133


def test_the_packaged_catalogue_is_read_once() -> None:
    assert load_catalog() is load_catalog()


def test_every_cited_source_is_listed(catalog: Catalog) -> None:
    records = [
        *catalog.chips.values(),
        *catalog.systems.values(),
        *catalog.models.values(),
        *catalog.events,
        *catalog.market,
        *catalog.rates,
    ]
    assert all(source in catalog.sources for record in records for source in record.sources)
    assert all(isinstance(record.grade, Grade) for record in records)


def test_every_listed_source_is_cited(catalog: Catalog) -> None:
    assert set(catalog.as_known_on(catalog.as_of).sources) == set(catalog.sources)


def test_mappings_are_read_only(catalog: Catalog) -> None:
    with pytest.raises(TypeError):
        catalog.chips["x"] = catalog.chips["nv-h20"]  # type: ignore[index]


def test_loading_is_quick(copied: Path) -> None:
    before = time.process_time()
    load_catalog(copied)
    assert time.process_time() - before < LOAD_CPU_MAX_S


def test_die_and_package_are_kept_apart(catalog: Catalog) -> None:
    announced, renamed = catalog.systems["vr-nvl144"], catalog.systems["vr-nvl72"]
    assert (announced.packages, announced.logic_dies, announced.marketed_count) == (72, 144, 144)
    assert (renamed.packages, renamed.logic_dies, renamed.marketed_count) == (72, 144, 72)


def test_discrepancies_are_settled_and_shown(catalog: Catalog) -> None:
    chip = catalog.chips["hw-910c"]
    assert (chip.bf16_tflops, chip.fp16_matrix_only_tflops, chip.int8_tops) == (752, 707.8, 1504)
    assert {dispute.fieldname for dispute in chip.disputes} >= {"bf16_tflops", "tdp_w"}
    assert catalog.chips["nv-h800-sxm"].fp64_tflops == 1
    assert catalog.chips["hw-910d"].bf16_tflops is None
    assert catalog.systems["atlas-950-superpod"].available == "2026-Q4 (plan)"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_catalog(tmp_path)


def test_a_missing_part_is_named(copied: Path) -> None:
    (copied / "catalog" / "events").rename(copied / "events")
    with pytest.raises(InputError, match="folder is missing"):
        load_catalog(copied)
