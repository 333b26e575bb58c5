"""Every column of a table, changed alone, changes the answer, is refused, or is said to do none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from narrows.catalog import data_root, load_catalog
from narrows.performance.calibration import packaged
from narrows.performance.training.answer import Answer, answer_rows
from narrows.performance.training.row import INPUT_COLUMNS, Cells

CATALOG = load_catalog()
RUN = {
    "id": "one",
    "source_id": "s",
    "date": "2025",
    "chip": "H100 SXM 80GB",
    "chips_per_node": "8",
    "n_chips": "64",
    "interconnect": "8x400 Gb/s",
    "seq_len": "8192",
    "global_batch_seqs": "128",
    "micro_batch": "1",
    "tp": "4",
    "pp": "4",
    "vpp_stages": "2",
    "cp": "1",
    "dp": "4",
    "sequence_parallel": "yes",
    "dp_sharding": "zero 1",
    "recompute": "none",
    "precision": "bf16",
    "framework": "Megatron-Core 0.12",
}
OWN = {"layers": "32", "hidden": "4096", "heads": "32", "kv_heads": "8", "head_dim": "128"}
DENSE = RUN | OWN | {"model": "of our own", "ffn": "14336", "vocab": "128256"}
EXPERTS = (
    RUN
    | OWN
    | {
        "model": "of our own",
        "vocab": "128256",
        "moe_ffn": "2048",
        "experts": "64",
        "topk": "4",
        "shared_experts": "1",
        "tp": "2",
        "dp": "8",
        "ep": "4",
        "etp": "1",
    }
)
KNOWN = (
    RUN
    | {"model": "DeepSeek-V3", "n_chips": "1024", "tp": "2", "pp": "8", "ep": "64"}
    | {
        "dp": "64",
        "vpp_stages": "",
        "global_batch_seqs": "2048",
        "recompute": "full",
    }
)
SEARCHED = (
    RUN
    | OWN
    | {"model": "of our own", "ffn": "14336", "vocab": "128256"}
    | dict.fromkeys(
        ("tp", "pp", "dp", "cp", "vpp_stages", "dp_sharding", "micro_batch", "recompute"), ""
    )
)
ANY_EXPERTS = EXPERTS | dict.fromkeys(("tp", "pp", "dp", "vpp_stages", "etp", "dp_sharding"), "")
BASES = {
    "dense": DENSE,
    "experts": EXPERTS,
    "known": KNOWN,
    "searched": SEARCHED,
    "any experts": ANY_EXPERTS,
}

CHANGES = [
    ("dense", "date", "2023"),
    ("dense", "chip", "A100 SXM 80GB"),
    ("dense", "chip", "Ascend 910B2"),
    ("dense", "chips_per_node", "4"),
    ("dense", "n_chips", "128"),
    ("dense", "interconnect", "8x100 Gb/s"),
    ("dense", "model", "of our own, LoRA"),
    ("known", "model", "Qwen3-235B-A22B"),
    ("dense", "layers", "48"),
    ("dense", "hidden", "5120"),
    ("dense", "heads", "64"),
    ("dense", "kv_heads", "4"),
    ("dense", "head_dim", "64"),
    ("dense", "ffn", "11008"),
    ("dense", "vocab", "32000"),
    ("experts", "moe_ffn", "1024"),
    ("experts", "experts", "128"),
    ("experts", "topk", "2"),
    ("experts", "shared_experts", "2"),
    ("known", "shared_experts", "2"),
    ("known", "moe_ffn", "1024"),
    ("known", "topk", "4"),
    ("known", "mtp_layers", "0"),
    ("known", "mtp_layers", "2"),
    ("known", "config_source", "launch script, no mtp"),
    ("dense", "mtp_layers", "1"),
    ("dense", "seq_len", "4096"),
    ("dense", "global_batch_seqs", "256"),
    ("dense", "micro_batch", "2"),
    ("dense", "tp", "8"),
    ("dense", "pp", "2"),
    ("dense", "vpp_stages", "4"),
    ("dense", "cp", "2"),
    ("experts", "ep", "8"),
    ("experts", "etp", "2"),
    ("dense", "dp", "16"),
    ("dense", "sequence_parallel", "no"),
    ("dense", "dp_sharding", "none (DDP)"),
    ("dense", "dp_sharding", "FSDP"),
    ("dense", "recompute", "full"),
    ("dense", "recompute", "selective"),
    ("dense", "offload", "optimizer"),
    ("dense", "precision", "fp8"),
    ("dense", "framework", "FSDP2 torchtitan"),
    ("searched", "micro_batch", "4"),
    ("searched", "recompute", "full"),
    ("searched", "offload", "optimizer"),
    ("searched", "dp_sharding", "FSDP"),
    ("searched", "tp", "8"),
]
REFUSED = [
    ("dense", "params_b", "3", "contradicts the dimensions"),
    ("dense", "ep", "8", "ep is stated, and the model has no experts"),
    ("dense", "etp", "2", "etp is stated"),
    ("dense", "topk", "2", "topk is stated"),
    ("dense", "moe_ffn", "1024", "moe_ffn is stated"),
    ("dense", "shared_experts", "2", "shared_experts is stated"),
    ("dense", "experts", "8", "topk"),
    ("dense", "layers_per_vpp", "2", "layers_per_vpp 2 makes 4 virtual stages"),
    ("dense", "seq_len", "", "does not say what a step is"),
    ("dense", "precision", "int3", "not modelled"),
    ("any experts", "etp", "2", "tp is not"),
    ("searched", "layers_per_vpp", "2", "pp is not"),
    ("searched", "ep", "8", "no experts"),
]
SILENT = {
    "source_id": ("dense", "t"),
    "tokens_trained": ("dense", "1e12"),
    "provenance": ("dense", "primary"),
    "completeness": ("dense", "full"),
    "config_source": ("dense", "a launch script"),
}
"""Columns without effect, which the table's own README names."""
SILENT_BESIDE = [
    ("known", "kv_heads", "4"),
    ("known", "head_dim", "64"),
    ("experts", "ffn", "11008"),
    ("dense", "model", "of somebody else"),
]
"""Columns without effect beside others, which it names too."""


@cache
def answer(base: str, column: str, value: str) -> Answer:
    cells = BASES[base] | ({column: value} if column else {})
    return answer_rows([Cells(Path("rows.csv"), 2, cells)], CATALOG, packaged())[0]


def told(found: Answer) -> tuple[object, ...]:
    step = found.step_s
    numbers = None if step is None else (step.p05, step.p50, step.p95)
    return numbers, found.tokens_per_s_per_chip, found.peak_mem_gib, found.reason


@pytest.mark.parametrize("base", sorted(BASES))
def test_each_row_is_answered_as_it_stands(base) -> None:
    assert answer(base, "", "").status == "predicted"


@pytest.mark.parametrize(("base", "column", "value"), CHANGES)
def test_a_column_changes_the_answer(base, column, value) -> None:
    changed = answer(base, column, value)
    assert changed.status == "predicted", changed.reason
    assert told(changed)[:3] != told(answer(base, "", ""))[:3]


@pytest.mark.parametrize(("base", "column", "value", "words"), REFUSED)
def test_what_has_no_meaning_is_refused(base, column, value, words) -> None:
    refused = answer(base, column, value)
    assert refused.status == "refused"
    assert words in refused.reason


@pytest.mark.parametrize(
    ("base", "column", "value"),
    [*((base, column, value) for column, (base, value) in SILENT.items()), *SILENT_BESIDE],
)
def test_a_column_without_effect_is_documented(base, column, value) -> None:
    assert told(answer(base, column, value)) == told(answer(base, "", ""))
    readme = (data_root() / "measurements" / "README.md").read_text(encoding="utf-8")
    said = readme[readme.index("What `narrows predict training` reads") :]
    assert f"`{column}`" in said[: said.index("* `provenance`")]


@pytest.mark.parametrize(
    ("base", "column", "value", "name", "kept"),
    [
        ("searched", "vpp_stages", "4", "chunks", 4),
        ("searched", "cp", "4", "context", 4),
        ("searched", "sequence_parallel", "no", "sequence_parallel", False),
        ("searched", "micro_batch", "2", "micro_batch", 2),
        ("any experts", "ep", "16", "expert", 16),
    ],
)
def test_what_is_stated_stays_in_a_search(base, column, value, name, kept) -> None:
    found = answer(base, column, value)
    assert found.pair is not None, found.reason
    assert getattr(found.pair[1], name) == kept


def test_every_column_is_swept() -> None:
    swept = {column for _, column, _ in CHANGES} | {column for _, column, _, _ in REFUSED}
    assert set(INPUT_COLUMNS) == swept | set(SILENT) | {"id"}
