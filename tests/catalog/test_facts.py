from __future__ import annotations

import dataclasses

import pytest

from narrows.catalog import (
    Catalog,
    Chip,
    System,
    best_dense_rate,
    card,
    fact,
    gaps,
    market_fact,
    unit_of,
)
from narrows.core import RefusalError, UnknownNameError

# Operations times bits as the rule counts them, from published sheets.
PROCESSING = {
    "nv-a100-80-sxm": ("fp16_bf16", 4992),
    "nv-h100-sxm": ("fp8", 15831),
    "nv-h200-sxm": ("fp8", 15831),
    "nv-h20": ("fp16_bf16", 2368),
    "nv-rtx4090": ("int8", 5285),
    "nv-rtx5090": ("int8", 6704),
    "amd-mi210": ("fp64_tensor", 2899),
    "amd-mi300x": ("fp8", 20919),
    "hw-910c": ("fp16_bf16", 12032),
    "nv-b200": ("fp16_bf16", 36000),
    "nv-b300": ("fp4", 56000),
}


@pytest.mark.parametrize(("chip_id", "expected"), PROCESSING.items())
def test_the_best_dense_rate(catalog: Catalog, chip_id: str, expected: tuple[str, float]) -> None:
    best = best_dense_rate(catalog.chips[chip_id])
    assert best.tops * best.bits == pytest.approx(expected[1], rel=1e-3)
    assert best.dtype == expected[0]
    assert best.rate.sources


def test_no_rate_is_refused_not_zero(catalog: Catalog) -> None:
    with pytest.raises(RefusalError):
        best_dense_rate(catalog.chips["nv-rtxpro6000d"])


def test_a_fact_carries_the_evidence_of_its_field(catalog: Catalog) -> None:
    chip = catalog.chips["hw-910c"]
    assert fact(chip, "bf16_tflops").sources == ("cloudmatrix-paper",)
    assert fact(chip, "memory_gb").sources == chip.sources
    with pytest.raises(RefusalError, match="unknown"):
        fact(chip, "fp8_tflops")


def test_units_are_read_off_the_key() -> None:
    assert unit_of("memory_bandwidth_gb_s") == "GB/s"
    assert unit_of("memory_gb") == "GB"
    assert unit_of("power_kw") == "kW"
    assert unit_of("logic_dies") == "die"
    assert unit_of("layers") == "1"


def test_every_physical_field_has_a_unit() -> None:
    plain = {
        "transistors_bn",
        "pcie_generation",
        "cabinets",
        "scaleout_nics_per_chip",
    }
    for kind in (Chip, System):
        for field in dataclasses.fields(kind):
            is_number = field.type in ("float | None", "int | None")
            assert not is_number or unit_of(field.name) != "1" or field.name in plain


def test_an_end_of_a_band_may_be_unknown(catalog: Catalog) -> None:
    figure = next(item for item in catalog.market if item.id == "M020")
    assert market_fact(figure, "high").value == 32963
    with pytest.raises(RefusalError):
        market_fact(figure, "central")


def test_a_card_shows_every_known_field_and_lists_the_blank(catalog: Catalog) -> None:
    shown = card(catalog, "昇騰910C")
    assert shown.kind == "chip"
    names = {row.fieldname for row in shown.rows} | set(shown.blank)
    left = {field.name for field in dataclasses.fields(Chip)} - names
    assert left == {
        "id", "name", "sources", "grade", "basis", "known_on", "notes", "aliases", "disputes",
        "field_evidence", "multiples",
    }  # fmt: skip
    assert {source.id for source in shown.sources} >= set(shown.record.sources)


def test_a_card_finds_systems_and_models(catalog: Catalog) -> None:
    assert card(catalog, "CloudMatrix 384").kind == "system"
    assert card(catalog, "deepseek-v3").kind == "model"
    with pytest.raises(UnknownNameError, match="chip, system or model"):
        card(catalog, "no such thing")


def test_gaps_name_what_is_blank(catalog: Catalog) -> None:
    found = {(gap.kind, gap.record_id): gap.missing for gap in gaps(catalog)}
    assert found["system", "atlas-950-superpod"] == ("power_kw", "price_usd")
    assert "known_on" in found["chip", "hw-910d"]
    assert "dense rate" in found["chip", "bir-br106"]
    assert ("chip", "nv-h200-sxm") not in found


def test_no_gap_is_without_a_field(catalog: Catalog) -> None:
    assert all(gap.missing for gap in gaps(catalog))
