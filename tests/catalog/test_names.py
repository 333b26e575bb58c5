from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrows.catalog import Catalog, Record, data_root, load_catalog
from narrows.catalog.names import NameIndex, Spelling
from narrows.core import AmbiguousNameError, NarrowsError, UnknownNameError

CHIPS = {
    "H200": "nv-h200-sxm",
    "h200": "nv-h200-sxm",
    "NVIDIA H200 SXM5": "nv-h200-sxm",
    "輝達 H200 晶片": "nv-h200-sxm",
    "h100-sxm": "nv-h100-sxm",
    "H100 SXM 80GB": "nv-h100-sxm",
    "H100 PCIe": "nv-h100-pcie",
    "H100 NVL": "nv-h100-nvl",
    "H20": "nv-h20",
    "H20 141GB": "nv-h20-141",
    "NVIDIA H100 80GB HBM3": "nv-h100-sxm",
    "H200-141GB": "nv-h200-sxm",
    "NVIDIA A100-SXM4-80GB": "nv-a100-80-sxm",
    "B200-180GB": "nv-b200",
    "MI300X OAM": "amd-mi300x",
    "平头哥PPU": "th-ppu810e",
    "辉达H200": "nv-h200-sxm",
    "910C": "hw-910c",
    "Ascend 910C": "hw-910c",
    "昇騰910C": "hw-910c",
    "昇腾 910C 芯片": "hw-910c",
    "Ascend 910C (Atlas A3)": "hw-910c",
    "Ascend 910": "hw-910a",
    "950PR": "hw-950pr",
    "Atlas 350": "hw-950pr-pcie",
    "思元590": "cam-mlu590",
    "Siyuan 590": "cam-mlu590",
    "昆仑芯P800": "kun-p800",
    "真武810E": "th-ppu810e",
    "B40": "nv-rtxpro6000d",
    "rtx 4090 d": "nv-rtx4090d",
    "AMD MI300X": "amd-mi300x",
    "Google TPU7x (Ironwood)": "g-tpu-v7",
    "GB300 (NVL72)": "nv-gb300",
}
SYSTEMS = {
    "CloudMatrix 384": "cloudmatrix384",
    "CM384": "cloudmatrix384",
    "昇騰384超節點": "cloudmatrix384",
    "Atlas 950 SuperPoD": "atlas-950-superpod",
    "atlas 950 超節點": "atlas-950-superpod",
    "HGX H200": "dgx-h200",
    "H200 八卡": "dgx-h200",
    "8卡H200": "dgx-h200",
    "HGX-H100-8": "dgx-h100",
    "GB200 NVL72": "gb200-nvl72",
    "Vera Rubin NVL144": "vr-nvl144",
    "天池256超节点": "tianchi-256",
}
MODELS = {
    "deepseek-v3": "deepseek-v3",
    "DeepSeek-V3-671B": "deepseek-v3",
    "DeepSeekV3 (w/o MTP)": "deepseek-v3",
    "DeepSeek-V3.1-Terminus-w8a8-mtp-QuaRot": "deepseek-v3",
    "DeepSeek-R1-0528-W8A8": "deepseek-r1",
    "DeepSeek-V4-Pro 1.6T": "deepseek-v4-pro",
    "Llama-3.1-8B-Instruct-FP8": "llama3-8b",
    "LLaMA3-70B": "llama3-70b",
    "Qwen3_30B_a3B": "qwen3-30b-a3b",
    "GPT OSS 120B": "gpt-oss-120b",
    "GPT 175B (GPT-3)": "megatron-175b",
    "LLAMA2-70B LoRA": "llama2-70b",
    "千問3 32B": "qwen3-32b",
    "GPT-3": "gpt3-175b",
    "Qwen3-235B": "qwen3-235b-a22b",
    "qwen-3-235b-a22b-instruct-2507": "qwen3-235b-a22b",
    "meta-llama/Llama-3.1-70B-Instruct": "llama3-70b",
    "Mixtral-8x7B-Instruct-v0.1": "mixtral-8x7b",
}
AMBIGUOUS = [
    ("chip", "910B", {"hw-910b1", "hw-910b2", "hw-910b3", "hw-910b4"}),
    ("chip", "Ascend 910B-class (exact bin not named)", {"hw-910b1", "hw-910b4"}),
    ("chip", "Ascend 950", {"hw-950pr", "hw-950dt"}),
    ("chip", "A100", {"nv-a100-40-sxm", "nv-a100-80-sxm", "nv-a100-80-pcie"}),
    ("chip", "C500", {"mx-c500", "mx-c500-oam"}),
    ("chip", "A100 80GB HBM2e", {"nv-a100-80-sxm", "nv-a100-80-pcie"}),
    ("system", "NVL144", {"vr-nvl144", "kyber-nvl144"}),
    ("system", "NVL72", {"gb200-nvl72", "gb300-nvl72", "vr-nvl72"}),
]
UNKNOWN_MODELS_MAX = 55
"""Names of benchmark scripts and cut models; their rows carry the sizes."""


@pytest.mark.parametrize(("name", "chip_id"), CHIPS.items())
def test_chips(catalog: Catalog, name: str, chip_id: str) -> None:
    assert catalog.chip(name).id == chip_id


@pytest.mark.parametrize(("name", "system_id"), SYSTEMS.items())
def test_systems(catalog: Catalog, name: str, system_id: str) -> None:
    assert catalog.system(name).id == system_id


@pytest.mark.parametrize(("name", "model_id"), MODELS.items())
def test_models(catalog: Catalog, name: str, model_id: str) -> None:
    assert catalog.model(name).id == model_id


@pytest.mark.parametrize(("kind", "name", "candidates"), AMBIGUOUS)
def test_ambiguous_names_are_refused_with_the_candidates(
    catalog: Catalog, kind: str, name: str, candidates: set[str]
) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        getattr(catalog, kind)(name)
    assert candidates <= set(caught.value.candidates)


def test_a_name_may_be_clear_before_a_later_product_takes_it(catalog: Catalog) -> None:
    assert catalog.as_known_on(date(2025, 12, 31)).system("NVL144").id == "vr-nvl144"


def test_unknown_names_come_with_near_ones(catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError) as caught:
        catalog.chip("H201")
    assert "nv-h20" in caught.value.near or "nv-h200-sxm" in caught.value.near


@pytest.mark.parametrize("name", ["A100-PCIE-40GB", "H100 80GB HBM2e", "H200 80GB", "H20 9TB"])
def test_a_memory_that_no_such_chip_has_is_not_overlooked(catalog: Catalog, name: str) -> None:
    with pytest.raises(UnknownNameError):
        catalog.chip(name)


def test_a_name_longer_than_any_is_not_cut_to_fit(catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError):
        catalog.chip("H200" + " chip" * 60)


def test_near_names_are_those_of_the_day(catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError) as caught:
        catalog.as_known_on(date(2019, 1, 1)).chip("910D")
    assert all(not near.startswith("hw-9") for near in caught.value.near)


def test_every_record_answers_to_its_id_and_its_name(catalog: Catalog) -> None:
    for chip in catalog.chips.values():
        assert catalog.chip(chip.id) is chip
        assert catalog.chip(chip.name) is chip
    for system in catalog.systems.values():
        assert catalog.system(system.id) is system
        assert catalog.system(system.name) is system
    for model in catalog.models.values():
        assert catalog.model(model.id) is model
        assert catalog.model(model.name) is model


@pytest.mark.parametrize(
    ("table", "column"), [("serving_runs", "model"), ("training_runs", "model")]
)
def test_most_measured_models_have_a_record(catalog: Catalog, table: str, column: str) -> None:
    path = data_root() / "measurements" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = {row[column] for row in csv.DictReader(file)}
    unknown = [name for name in names if not _known(catalog, name)]
    assert len(unknown) <= (3 if table == "serving_runs" else UNKNOWN_MODELS_MAX)


def _known(catalog: Catalog, name: str) -> bool:
    try:
        catalog.model(name)
    except NarrowsError:
        return False
    return True


@given(st.text(max_size=60))
def test_any_text_is_answered_or_refused(name: str) -> None:
    catalog = load_catalog()
    for find in (catalog.chip, catalog.system, catalog.model):
        answer = _answer(find, name)
        assert isinstance(answer, Record) or "\n" not in answer


def _answer(find: Callable[[str], Record], name: str) -> Record | str:
    try:
        return find(name)
    except NarrowsError as error:
        return str(error)


@given(st.sampled_from(sorted(CHIPS)), st.sampled_from(["upper", "lower", "title"]))
def test_case_does_not_matter(name: str, form: str) -> None:
    assert load_catalog().chip(getattr(name, form)()).id == CHIPS[name]


def test_numbers_that_stand_apart_stay_apart() -> None:
    spelling = Spelling()
    assert spelling.key("Qwen2-7B") != spelling.key("Qwen-27B")
    assert spelling.key("Qwen2-7B") == spelling.key("qwen2 7b")


def test_a_name_of_silent_words_alone_is_kept() -> None:
    spelling = Spelling(silent=frozenset({"gpu"}))
    assert spelling.key("GPU") == "gpu"


def test_an_index_refuses_what_it_does_not_know() -> None:
    index = NameIndex("chip", Spelling())
    with pytest.raises(UnknownNameError):
        index.resolve("")
