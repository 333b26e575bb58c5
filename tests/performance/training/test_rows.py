from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.catalog import load_catalog
from narrows.cli.predict_training import COLUMNS, predict_training
from narrows.core import InputError, RefusalError
from narrows.performance.calibration import packaged
from narrows.performance.calibration.own import calibrate_own, read_own, write_own
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import Precision
from narrows.performance.model_config import dimensions_from_config
from narrows.performance.training.answer import answer_rows
from narrows.performance.training.names import find_model, resolve_chip, resolve_precision
from narrows.performance.training.question import question
from narrows.performance.training.row import Cells, RunRow, read_cells, run_row
from narrows.performance.training.strategy import Recompute
from narrows.performance.training.validate import packaged_runs, validate

CATALOG = load_catalog()
FULL = {
    "id": "one",
    "chip": "H100 SXM 80GB",
    "n_chips": "64",
    "model": "Llama-3-70B",
    "seq_len": "8192",
    "global_batch_seqs": "128",
    "micro_batch": "1",
    "tp": "4",
    "pp": "8",
    "vpp_stages": "5",
    "precision": "fp8",
    "framework": "Megatron-LM",
    "date": "2025",
}


def cells(**changes: str) -> Cells:
    return Cells(Path("rows.csv"), 2, {**FULL, **changes})


@pytest.mark.parametrize(
    ("name", "chip"),
    [
        ("H100 SXM 80GB", "nv-h100-sxm"),
        ("GB200 (NVL72)", "nv-gb200"),
        ("A100 SXM 40GB", "nv-a100-40-sxm"),
        ("NVIDIA A100 80GB", "nv-a100-80-sxm"),
        ("Ascend 910B-class (Atlas 900 A2 PODc; exact bin not named)", "hw-910b2"),
        ("Ascend 910C", "hw-910c"),
        ("H800", "nv-h800-sxm"),
        ("MI300X", "amd-mi300x"),
    ],
)
def test_chips_as_tables_write_them(name, chip) -> None:
    assert resolve_chip(name, CATALOG).chip.id == chip


@pytest.mark.parametrize("name", ["", "Ascend NPU, CI machine not named", "Cerebras WSE-3"])
def test_unclear_chips_are_refused(name) -> None:
    with pytest.raises(RefusalError):
        resolve_chip(name, CATALOG)


@pytest.mark.parametrize(
    ("words", "precision"),
    [
        ("bf16 amp_bf16", Precision.BF16),
        ("fp16", Precision.BF16),
        ("fp8 with 32x32 quantization blocks (footnote)", Precision.FP8_BLOCK),
        ("mxfp8", Precision.MXFP8),
        ("nvfp4", Precision.NVFP4),
        ("bf16 w/o fp8", Precision.BF16),
        ("FP8 (1x128 tiles)", Precision.FP8_BLOCK),
        ("float8 rowwise", Precision.FP8),
        ("混合精度", Precision.BF16),
        ("", None),
    ],
)
def test_number_formats(words, precision) -> None:
    assert resolve_precision(words) == precision


def test_models_resolve_without_their_endings() -> None:
    for name, model in (
        ("DeepSeek-V2 cut to 4 layers", "deepseek-v2"),
        ("LLAMA2-70B LoRA", "llama2-70b"),
        ("Qwen3_30B_a3B (tokendrop)", "qwen3-30b-a3b"),
    ):
        found = find_model(name, CATALOG)
        assert found is not None
        assert found.id == model


def test_a_rows_own_dimensions_come_first() -> None:
    row = RunRow(
        id="x",
        chip="H100",
        model="Llama-3-70B cut to 12 layers",
        layers=12,
        hidden=8192,
        heads=64,
        n_chips=8,
        seq_len=4096,
        global_batch_seqs=8,
        tp=8,
        pp=1,
    )
    asked = question(row, CATALOG)
    assert float(asked.shape.layers) == 12
    assert float(asked.shape.ffn) == 28672


def test_what_a_row_leaves_open_is_tried_and_said() -> None:
    row = RunRow(
        id="x",
        chip="H100",
        model="llama3-8b",
        n_chips=8,
        seq_len=8192,
        global_batch_seqs=128,
        tp=1,
        pp=1,
        framework="Megatron-LM",
        date="2025",
    )
    asked = question(row, CATALOG)
    assert {"micro_batch", "recompute", "precision"} <= set(asked.assumed)
    assert {each.recompute for each in asked.strategies} == set(Recompute)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"chip": "910X"}, "chip"),
        ({"n_chips": ""}, "n_chips"),
        ({"n_chips": "many"}, "not a number"),
        ({"tp": "-2"}, "positive"),
        ({"pp": "7"}, "divide"),
        ({"model": "Unknown-99B"}, "architecture"),
        ({"precision": "int2"}, "format"),
        ({"model": "Mamba-2.8B", "layers": "64", "hidden": "2560", "heads": "40"}, "mamba"),
        ({"micro_batch": "129", "tp": "", "pp": ""}, "micro_batch 129 x 1 replicas"),
        ({"micro_batch": "65"}, "a batch of 128 is below micro_batch 65 x 2 replicas"),
        ({"micro_batch": "33", "dp": "4", "tp": "2"}, "micro_batch 33 x 4 replicas"),
    ],
)
def test_rows_that_cannot_be_answered_are_refused_with_the_reason(changes, word) -> None:
    (answer,) = answer_rows([cells(**changes)], CATALOG, packaged())
    assert answer.status == "refused"
    assert word in answer.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"micro_batch": "64"},
        {"micro_batch": "128", "dp": "1"},
        {"micro_batch": "8", "global_batch_seqs": "8", "tp": "", "pp": "", "vpp_stages": ""},
        {"chip": "Ascend 910C", "precision": "bf16", "micro_batch": "64", "vpp_stages": "1"},
    ],
)
def test_a_micro_batch_that_fills_the_batch_is_answered(changes) -> None:
    """By the fewest replicas that a row may mean: 64 packages of two dies may be counted as 64."""
    (answer,) = answer_rows([cells(**changes)], CATALOG, packaged())
    assert answer.status == "predicted"


@pytest.mark.parametrize(
    "changes",
    [
        {"tp": "TP4PP8", "pp": "", "vpp_stages": "5"},
        {"tp": "４", "global_batch_seqs": "128 seqs"},
        {"seq_len": "8k", "n_chips": "64 GPUs"},
        {"vpp_stages": "5", "cp": "0", "ep": "-", "shared_experts": "N/A", "etp": "none"},
        {"recompute": "未公开", "sequence_parallel": "-"},
        {"chip": "64x H100-SXM5-80GB", "n_chips": ""},
    ],
)
def test_cells_mean_the_same_however_they_are_written(changes) -> None:
    usual, written = (
        answer_rows([each], CATALOG, packaged())[0] for each in (cells(), cells(**changes))
    )
    assert usual.step_s is not None
    assert written.step_s == usual.step_s


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"tp": "TP4EP2", "ep": "4"}, "contradict"),
        ({"n_chips": "8 x 8"}, "not a number"),
        ({"global_batch_seqs": "4M tokens"}, "not a number"),
    ],
)
def test_cells_that_may_mean_several_things_are_refused(changes, word) -> None:
    (answer,) = answer_rows([cells(**changes)], CATALOG, packaged())
    assert answer.status == "refused"
    assert word in answer.reason


def test_a_stated_size_settles_the_kind_of_block() -> None:
    own = {"model": "ours", "layers": "32", "hidden": "4096", "heads": "32", "ffn": "16384"}
    asked = [
        question(run_row(cells(**own, vocab="32000", vpp_stages="", params_b=size)), CATALOG).shape
        for size in ("6.7", "8.9", "")
    ]
    assert [float(each.ffn_matrices) for each in asked] == [2, 3, 2]


def test_a_stated_size_that_contradicts_the_dimensions_is_refused() -> None:
    (answer,) = answer_rows([cells(params_b="13")], CATALOG, packaged())
    assert "params_b 13 contradicts" in answer.reason
    mixture = {"model": "Mixtral 8x7B", "vpp_stages": "", "pp": "4"}
    for stated in ("46.7", "12.9", "47B"):
        (answer,) = answer_rows([cells(**mixture, params_b=stated)], CATALOG, packaged())
        assert answer.status == "predicted"
    cut = {"model": "Llama-3-70B cut to 12 layers", "layers": "12", "vpp_stages": "", "pp": "4"}
    (answer,) = answer_rows([cells(**cut, params_b="70")], CATALOG, packaged())
    assert answer.status == "predicted"


def test_the_framework_tells_sharding_where_no_column_does() -> None:
    row = {"tp": "", "pp": "", "vpp_stages": "", "framework": "PyTorch FSDP2", "model": "llama3-8b"}
    asked = question(run_row(cells(**row)), CATALOG)
    assert {each.zero for each in asked.strategies} == {3}


def test_a_missing_layout_is_searched_with_a_wider_interval() -> None:
    stated, searched = answer_rows(
        [cells(), cells(tp="", pp="", vpp_stages="")], CATALOG, packaged()
    )
    assert searched.status == "predicted"
    assert "tp assumed" in searched.reason
    assert stated.step_s is not None
    assert searched.step_s is not None
    width = [each.step_s.p95 / each.step_s.p05 for each in (stated, searched)]
    assert width[1] > width[0]


def test_the_verb_answers_every_row(tmp_path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(FULL))
        writer.writeheader()
        writer.writerows([FULL, {**FULL, "id": "two", "chip": ""}, {**FULL, "id": "three"}])
    assert predict_training(source, output=target) == 0
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["id"] for row in rows] == ["one", "two", "three"]
    assert [row["status"] for row in rows] == ["predicted", "refused", "predicted"]
    step, low, high = (float(rows[0][name]) for name in ("step_s", "p05_step_s", "p95_step_s"))
    assert low < step < high
    rate = float(rows[0]["tokens_per_s_per_chip"])
    assert rate == pytest.approx(8192 * 128 / 64 / step, rel=1e-4)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"chip,model\nH100,x\n", "id"),
        (b"id,colour\n1,red\n", "unknown column"),
        (b"\xff\xfe\x00\x01", "CSV"),
    ],
)
def test_bad_tables_give_one_line(tmp_path, content, word) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=word) as caught:
        read_cells(path)
    assert "\n" not in str(caught.value)


def test_the_packaged_table_is_answered_to_nearly_all() -> None:
    rows = [each for each in read_cells(packaged_runs()) if each.cells["completeness"] == "full"]
    answers = answer_rows(rows, CATALOG, packaged())
    assert sum(each.status == "predicted" for each in answers) / len(answers) >= 0.97
    assert all(each.reason for each in answers if each.status == "refused")


def test_own_runs_shift_predictions_and_leave_errors(tmp_path) -> None:
    (answer,) = answer_rows([cells()], CATALOG, packaged())
    assert answer.step_s is not None
    path = tmp_path / "own.csv"
    slower = answer.step_s.p50 * 1.2
    lines = [",".join([*FULL, "measured_step_s"])]
    for number, noise in enumerate((0.98, 1.0, 1.03)):
        values = {**FULL, "id": f"r{number}", "measured_step_s": f"{slower * noise}"}
        lines.append(",".join(values.values()))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fit = calibrate_own(path, CATALOG, packaged(), name="mine")
    own = fit.own
    assert fit.unused == ()
    write_own(own, tmp_path / "mine.yaml")
    moved = read_own(tmp_path / "mine.yaml", packaged())
    (after,) = answer_rows([cells()], CATALOG, moved)
    assert after.step_s is not None
    assert after.step_s.p50 / answer.step_s.p50 == pytest.approx(1.2, abs=0.03)
    assert own.median_error_after < own.median_error_before


def test_runs_that_tell_nothing_are_named_with_the_reason(tmp_path) -> None:
    header = ",".join([*FULL, "measured_step_s"])
    runs = {
        "good": FULL | {"measured_step_s": "7200 ms"},
        "no chip": FULL | {"chip": "A100X", "measured_step_s": "9"},
        "no time": FULL | {"measured_step_s": ""},
        "words": FULL | {"measured_step_s": "about seven"},
        "no layout": FULL | {"tp": "", "pp": "", "vpp_stages": "", "measured_step_s": "9"},
    }
    lines = [",".join((run | {"id": name}).values()) for name, run in runs.items()]
    path = tmp_path / "own.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    fit = calibrate_own(path, CATALOG, packaged(), name="mine")
    assert fit.own.runs == 1
    reasons = {each.id: each.reason for each in fit.unused}
    assert set(reasons) == set(runs) - {"good"}
    assert "names no chip" in reasons["no chip"]
    assert "no measured time" in reasons["no time"]
    assert "not a number" in reasons["words"]
    path.write_text("\n".join([header, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(RefusalError, match="no chip: 'A100X' names no chip"):
        calibrate_own(path, CATALOG, packaged(), name="mine")


def test_added_runs_that_cannot_be_scored_are_named(tmp_path) -> None:
    header = ",".join([*FULL, "measured_step_s"])
    runs = {
        "good": FULL | {"measured_step_s": "7.2 s"},
        "no chip": FULL | {"chip": "A100X", "measured_step_s": "9"},
        "words": FULL | {"measured_step_s": "about seven"},
    }
    lines = [",".join((run | {"id": name}).values()) for name, run in runs.items()]
    path = tmp_path / "own.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    refused = dict(validate(CATALOG, packaged(), added=path).refused)
    assert "good" not in refused
    assert "names no chip" in refused["no chip"]
    assert "not a number" in refused["words"]


def test_a_published_configuration_gives_the_catalogues_dimensions(tmp_path) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        '{"hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,'
        ' "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256,'
        ' "hidden_act": "silu", "tie_word_embeddings": false}',
        encoding="utf-8",
    )
    found, known = dimensions_from_config(path), dimensions_of(CATALOG.model("llama3-8b"))
    for name in ("layers", "hidden", "heads", "kv_heads", "ffn", "vocab"):
        assert getattr(found, name) == getattr(known, name)


@pytest.mark.parametrize("content", ["[]", "{", '{"hidden_size": "big"}', '{"vocab_size": 5}'])
def test_files_that_are_no_configuration_are_refused(tmp_path, content) -> None:
    path = tmp_path / "config.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError):
        dimensions_from_config(path)


ODD = st.sampled_from(["", "0", "-1", "0.5", "1", "3", "8", "1e9", "nan", "inf", "x", "1e400"])
NUMBERS = [name for name, kind in RunRow.__annotations__.items() if kind != "str"]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NUMBERS), ODD, max_size=6))
def test_odd_cells_are_answered_or_refused_and_never_raise(changes) -> None:
    (answer,) = answer_rows([cells(**changes)], CATALOG, packaged())
    assert answer.id == "one"
    if answer.step_s is None:
        assert answer.reason
    else:
        assert 0.0 < answer.step_s.p05 <= answer.step_s.p95 < float("inf")


@pytest.mark.parametrize(
    ("changes", "devices", "assumed"),
    [
        ({"chips_per_node": 16}, 256, False),
        ({"chips_per_node": 8}, 512, False),
        ({"dp": 16}, 256, False),
        ({"dp": 32}, 512, False),
        ({}, 512, True),
    ],
)
def test_packages_of_two_dies_are_counted_as_the_table_counts(changes, devices, assumed) -> None:
    row = RunRow(
        id="x",
        chip="Ascend 910C",
        model="llama3-8b",
        n_chips=256,
        seq_len=4096,
        global_batch_seqs=512,
        micro_batch=1,
        tp=8,
        pp=2,
        **changes,
    )
    asked = question(row, CATALOG)
    assert asked.cluster.devices == devices
    assert ("packages_counted" in asked.assumed) is assumed


def test_fine_tuning_on_packed_samples_attends_to_short_ones() -> None:
    plain, tuned = answer_rows([cells(), cells(model="Llama-3-70B SFT")], CATALOG, packaged())
    assert "packing assumed" in tuned.reason
    assert plain.step_s is not None
    assert tuned.step_s is not None
    assert tuned.step_s.p50 < plain.step_s.p50


def test_parts_of_every_run_add_up_and_refusals_have_none(tmp_path) -> None:
    runs, out, parts = (tmp_path / name for name in ("in.csv", "out.csv", "parts.csv"))
    second = {**FULL, "id": "two", "tp": "8", "pp": "4", "global_batch_seqs": "256"}
    refused = {**FULL, "id": "three", "chip": "Nobody X1"}
    with runs.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(FULL))
        writer.writeheader()
        writer.writerows([FULL, second, refused])
    assert predict_training(runs, output=out, parts=parts) == 0
    with out.open(encoding="utf-8", newline="") as file:
        answers = {row["id"]: row for row in csv.DictReader(file)}
    with parts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"] for row in rows} == {"one", "two"}
    for name in ("one", "two"):
        own = [row for row in rows if row["id"] == name]
        sums = {
            of: sum(float(row["value"]) for row in own if row["of"] == of)
            for of in ("step", "memory")
        }
        assert sums["step"] == pytest.approx(float(answers[name]["step_s"]), rel=1e-4)
        assert sums["memory"] == pytest.approx(float(answers[name]["peak_mem_gib"]), rel=1e-4)
        assert {"compute", "tensor", "bubble", "optimizer", "recompute"} <= {
            row["part"] for row in own
        }


@pytest.mark.parametrize(
    ("model", "hidden", "heads", "qk_dim"),
    [
        ("DeepSeek-V2-60B", "5120", "128", 192.0),
        ("DeepSeek-V2-60B", "5120", "64", 80.0),
        ("Somebody's 60B", "5120", "128", 40.0),
    ],
)
def test_a_cut_of_a_model_with_latents_keeps_them(
    model: str, hidden: str, heads: str, qk_dim: float
) -> None:
    row = {"layers": "16", "hidden": hidden, "heads": heads, "ffn": "12288", "vocab": "102400"}
    moe = {"moe_ffn": "1536", "experts": "160", "topk": "6"}
    found = question(run_row(cells(model=model, vpp_stages="1", **row, **moe)), CATALOG)
    assert float(found.shape.qk_dim) == qk_dim
    assert float(found.shape.layers) == 16.0


def test_rows_that_offload_are_slower_leaner_searched_or_refused() -> None:
    small = {"model": "Llama-3-8B", "n_chips": "8", "tp": "1", "pp": "1", "vpp_stages": "1"}
    bare = {**small, "tp": "", "pp": "", "vpp_stages": ""}
    rows = [
        cells(**small),
        cells(**small, offload="optimizer offload"),
        cells(**bare, offload="optimizer offload"),
        cells(**small, offload="cpu offload"),
        cells(**small, offload="activations", chip="H800"),
        cells(**small, offload="to the moon"),
    ]
    plain, moved, searched, unsaid, unknown, unclear = answer_rows(rows, CATALOG, packaged())
    assert moved.step_s.p50 > plain.step_s.p50
    assert moved.peak_mem_gib < plain.peak_mem_gib
    assert moved.step_s.p95 / moved.step_s.p05 > plain.step_s.p95 / plain.step_s.p05
    assert searched.pair[1].offload.words == ("optimizer",)
    assert "offload assumed" in unsaid.reason
    assert unknown.status == unclear.status == "refused"
    assert "host_memory_tb of its system" in unknown.reason
    assert "not understood" in unclear.reason
