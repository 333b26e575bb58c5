from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.core import RefusalError
from narrows.performance.written import read_chip
from narrows.performance.written.chip_words import chip_words

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("NVIDIA H100 80GB HBM3", "nv-h100-sxm"),
        ("NVIDIA H100 Tensor Core GPUs", "nv-h100-sxm"),
        ("DGXH100_H100-SXM-80GBx8", "nv-h100-sxm"),
        ("AWS p5.48xlarge (H100)", "nv-h100-sxm"),
        ("H100 (PCIe)", "nv-h100-pcie"),
        ("H100 94GB", "nv-h100-nvl"),
        ("8×H800 SXM", "nv-h800-sxm"),
        ("GH200 (144GB HBM3e)", "nv-gh200"),
        ("H20 (141GB)", "nv-h20-141"),
        ("H20-3e", "nv-h20-141"),
        ("单机8卡H20-96G", "nv-h20"),
        ("NVIDIA A100 80 GB", "nv-a100-80-sxm"),
        ("A100-40G", "nv-a100-40-sxm"),
        ("DGX A100 320GB", "nv-a100-40-sxm"),
        ("A800-80G PCIe", "nv-a800-pcie"),
        ("RTX 6000 Ada Generation", "nv-rtx6000ada"),
        ("RTX4090 24GB", "nv-rtx4090"),
        ("72x GB200-186GB_aarch64", "nv-gb200"),
        ("GB300 NVL72", "nv-gb300"),
        ("B300 (Blackwell Ultra)", "nv-b300"),
        ("NVIDIA L20 (Ada)", "nv-l20"),
        ("6,144 TPU v4", "g-tpu-v4"),
        ("AMD MI300X-NPS1-SPX-192GB-750W", "amd-mi300x"),
        ("Intel Gaudi 3 AI Accelerator", "intel-gaudi3"),
        ("Habana Gaudi2", "intel-gaudi2"),
        ("tpu-v5-lite-podslice", "g-tpu-v5e"),
        ("v5p-512", "g-tpu-v5p"),
        ("Google TPU Ironwood", "g-tpu-v7"),
        ("trn1.32xlarge", "aws-trn1"),
        ("華為昇騰910B2", "hw-910b2"),
        ("Ascend910_9392", "hw-910c"),
        ("华为云 CloudMatrix384超节点", "hw-910c"),
        ("Atlas 800I A3", "hw-910c"),
        ("Atlas 800I A2 (8 x 32GB)", "hw-910b4"),
        ("昇腾 910B 64G", "hw-910b1 hw-910b2 hw-910b3"),
        ("Atlas 900 A2 PoD", "hw-910b1 hw-910b2 hw-910b3 hw-910b4"),
        ("昆仑芯P800", "kun-p800"),
        ("海光DCU K100AI", "hyg-k100ai"),
        ("曦云C500", "mx-c500 mx-c500-oam"),
        ("Moore Threads MTT S4000", "mt-s4000"),
    ],
)
def test_the_chips_that_a_name_leaves_open(written, ids):
    assert [chip.id for chip in read_chip(written, CATALOG).chips] == ids.split()


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("", "names no chip"),
        ("未公开", "names no chip"),
        ("NVIDIA GPU", "names no chip"),
        ("A100X", "names no chip"),
        ("V100S", "names no chip"),
        ("Ascend NPU (A2 or A3 class)", "names no chip"),
        ("Ascend 910B4-1", "names no chip"),
        ("A100 / H100", "several chips"),
        ("mixed (A100, H800)", "several chips"),
        ("H100 SXM 96GB HBM3", "no board"),
        ("GH200 96GB", "no board"),
        ("V100-SXM2-16GB", "no board"),
        ("A100 PCIe 40GB", "no board"),
        ("A800 (40GB)", "no board"),
        ("H800 PCIe", "no board"),
        ("H800 NVL", "version"),
        ("GB200 NVL4", "version"),
        ("H100 MIG 1g.10gb", "version"),
        ("Blackwell Ultra B200", "several chips"),
        ("Ascend, unreleased (plausibly Atlas A3)", "unclear"),
    ],
)
def test_names_that_mean_another_product_are_refused(written, word):
    with pytest.raises(RefusalError, match=word):
        read_chip(written, CATALOG)


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("8x H100", 8),
        ("H100-SXM-80GBx8", 8),
        ("H100 * 16", 16),
        ("16卡 H20", 16),
        ("2x8 H20", 16),
        ("TPU v4 pod (6144 chips)", 6144),
        ("TPU v5p-256", 128),
        ("v6e-256", 256),
        ("tpu7x-128", None),
        ("TPU v5p (2 x v5p-128)", None),
        ("GB200 (half rack, NVL36x2)", None),
        ("H100 (10,240 GPUs)", 10240),
        ("4 nodes x 8 H100", None),
        ("4台 8卡 H20", None),
        ("RTX 4090", None),
        ("CloudMatrix384", None),
    ],
)
def test_the_number_of_chips_that_a_name_gives(written, count):
    assert read_chip(written, CATALOG).count == count


@pytest.mark.parametrize(
    ("written", "dies"),
    [
        ("Ascend 910C die", True),
        ("Ascend 910C (per die)", True),
        ("MI250X GCD", True),
        ("910C单die", True),
        ("昇腾910C双die", False),
        ("Ascend 910C (两 die)", False),
        ("Ascend 910C", False),
        ("Ascend 910C (dual-die package)", False),
        ("Ascend 910C (two dies)", False),
    ],
)
def test_dies_are_counted_where_the_name_says_so(written, dies):
    assert read_chip(written, CATALOG).counts_dies is dies


def test_a_rate_of_the_network_is_no_memory():
    words = chip_words("H100, 400G InfiniBand, 3.2 Tb/s", CATALOG.spelling)
    assert words.capacity_gb is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_names_a_chip_or_is_refused(written):
    try:
        found = read_chip(written, CATALOG)
    except RefusalError:
        return
    assert found.chips
