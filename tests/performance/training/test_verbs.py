from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrows.cli.app import main
from narrows.cli.calibrate import calibrate
from narrows.cli.parity import parity
from narrows.cli.train import train
from narrows.cli.train_options import Layouts, Step
from narrows.cli.validate_training import validate_training
from narrows.core import InputError, NarrowsError


def test_train_shows_layouts_parts_and_reasons(capsys) -> None:
    assert train("llama3-8b", on="dgx-h100", chips=64, step=Step(batch=256), tokens=1e12) == 0
    shown = capsys.readouterr().out
    for word in ("Fastest layouts", "compute", "excluded before", "whole run", "calibrated"):
        assert word in shown
    assert all(len(line) <= 80 or line.startswith(("-", "1 ", "2")) or "layouts timed" in line
               for line in shown.splitlines())  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("host traffic: activations", "Host, by device: keeps", "In the host's memory")),
        ("zh-Hant", ("主機往返：激活值", "主機（每裝置）：存放", "置於主機記憶體")),
        ("zh-Hans", ("主机往返：激活值", "主机（每设备）：存放", "置于主机内存")),
    ],
)
def test_train_says_what_crosses_the_host_link(capsys, lang, words) -> None:
    layouts = Layouts(offload=("optimizer+activations",), recompute=("none",))
    train("llama3-8b", on="dgx-h100", chips=8, step=Step(batch=64), layouts=layouts, lang=lang)
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)
    assert "off-opt+act" in shown
    assert "⟨" not in shown


def test_train_recomputes_some_of_the_layers(capsys) -> None:
    layouts = Layouts(recompute=("none", "per-block"), pipeline=(4,), chunks=(1,))
    train(
        "llama3-8b",
        on="dgx-h100",
        chips=8,
        step=Step(batch=64),
        layouts=layouts,
        top=200,
        as_json=True,
    )
    ranked = json.loads(capsys.readouterr().out)["ranked"]
    shares = {
        each["strategy"]["recomputed_share"]
        for each in ranked
        if each["strategy"]["recompute"] == "full"
    }
    assert shares == {k / 8 for k in range(1, 9)}
    assert {"re-12%", "re-full"} <= {word for each in ranked for word in each["layout"].split()}
    assert any(each["strategy"]["recompute"] == "none" for each in ranked)


def test_train_sweeps_the_whole_space_that_is_left(capsys) -> None:
    def asked(**words) -> dict:
        step = Step(batch=32)
        layouts = Layouts(tensor=(2,), context=(1,), micro_batch=(1, 2), **words)
        train("llama3-8b", on="dgx-h100", chips=8, step=step, layouts=layouts, as_json=True)
        return json.loads(capsys.readouterr().out)

    whole = asked(whole_space=True)
    usual = asked(whole_space=True, schedule=("1f1b",), recompute=("none",), offload=("none",))
    assert whole["evaluated"] > 20 * usual["evaluated"] > 0
    assert whole["front"] == []
    assert all(each["strategy"]["tensor"] == 2 for each in (*whole["ranked"], *usual["ranked"]))
    assert {each["strategy"]["recompute"] for each in usual["ranked"]} == {"none"}
    assert all(each["host"] is None for each in usual["ranked"])
    assert whole["ranked"][0]["step_s"]["p50"] <= usual["ranked"][0]["step_s"]["p50"]


def test_train_takes_a_host_that_is_stated(capsys) -> None:
    def ranked(words: list[str]) -> list[dict]:
        asked = ["train", "llama3-8b", "--on", "hgx-h20", "--chips", "8", "--batch", "64", "--json"]
        assert main([*asked, "--offload", "optimizer", *words]) == 0
        return json.loads(capsys.readouterr().out)["ranked"]

    slow, fast = (
        ranked(["--host-link", "55", "--host-memory", "250", "--host-bandwidth", rate])
        for rate in ("20", "80")
    )
    assert fast[0]["host"]["memory_gib"] > 0
    assert fast[0]["step_s"]["p50"] < slow[0]["step_s"]["p50"]


def test_train_writes_the_use_of_the_host(capsys) -> None:
    layouts = Layouts(offload=("none", "optimizer-copied"))
    train(
        "llama3-8b",
        on="dgx-h100",
        chips=8,
        step=Step(batch=64),
        layouts=layouts,
        top=200,
        as_json=True,
    )
    ranked = json.loads(capsys.readouterr().out)["ranked"]
    for each in ranked:
        moved = each["strategy"]["offload"]["optimizer"] == "copied"
        assert (each["host"] is not None) == moved
        if moved:
            assert each["host"]["to_host_gb"] == pytest.approx(each["host"]["from_host_gb"])
    assert {each["host"] is None for each in ranked} == {True, False}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh-Hant", ("最快的並行佈局", "首個佈局的時間去向", "整個訓練", "計算")),
        ("zh-Hans", ("最快的并行布局", "首个布局的时间去向", "整个训练", "计算")),
    ],
)
def test_train_is_told_in_chinese(capsys, lang, words) -> None:
    assert (
        train("llama3-8b", on="dgx-h100", chips=64, step=Step(batch=256), tokens=1e12, lang=lang)
        == 0
    )
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)
    assert "⟨" not in shown


def test_train_tries_the_layouts_that_are_named(capsys) -> None:
    layouts = Layouts(schedule=("zb-v", "dualpipe"), pipeline=(4,), zero=(1,), recompute=("none",))
    train(
        "llama3-8b",
        on="dgx-h100",
        chips=64,
        step=Step(batch=256),
        layouts=layouts,
        as_json=True,
    )
    found = json.loads(capsys.readouterr().out)
    for each in (*found["ranked"], *found["front"]):
        assert each["strategy"]["pipeline"] == 4
        assert each["strategy"]["zero"] == 1
        assert each["layout"].split()[-1] in {"zb-v", "dualpipe"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--tensor", "0"], "tensor: out of range"),
        (["--zero", "4"], "zero: out of range"),
        (["--micro-batch", "-1"], "micro-batch: out of range"),
        (["--schedule", "gpipe"], "gpipe"),
        (["--host-link", "55"], "--host-link: a host needs three figures"),
        (
            ["--host-link", "0", "--host-memory", "1", "--host-bandwidth", "1"],
            "host-link: out of range",
        ),
        (["--offload", "disk"], "--offload: nothing can be offloaded as 'disk'; write any, none"),
        (["--pipeline", "7"], "degrees that fit"),
    ],
)
def test_train_refuses_layouts_that_do_not_exist(capsys, words, complaint) -> None:
    assert main(["train", "llama3-8b", "--on", "dgx-h100", "--chips", "64", *words]) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1


def test_train_reads_a_configuration_and_prints_json(tmp_path, capsys) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        '{"hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32,'
        ' "num_key_value_heads": 8, "intermediate_size": 8192, "vocab_size": 128256}',
        encoding="utf-8",
    )
    train(str(path), on="910c", chips=16, step=Step(batch=64), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["ranked"][0]["step_s"]["p05"] < found["ranked"][0]["step_s"]["p95"]
    assert found["evaluated"] > 0


def test_parity_answers_the_article(capsys) -> None:
    parity("h100-sxm", "910c", model="deepseek-v3", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert 2.0 < found["ratio"]["p50"] < 4.0
    assert set(found["factors"]) == {"hardware", "interconnect", "precision", "software"}


def test_validate_prints_promises_and_says_by_its_status_whether_they_hold(capsys) -> None:
    status = validate_training(as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert status == (0 if all(each["met"] for each in found["targets"]) else 1)
    by_name = {each["name"]: each for each in found["targets"]}
    for name in (
        "test NVIDIA: median error",
        "coverage",
        "sources left out: median error",
        "Korthikanti's eight: mean",
        "Korthikanti's eight: worst",
        "peak memory: median error",
    ):
        assert by_name[name]["met"], name


def test_calibrate_refuses_a_file_without_measured_runs(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("id,chip,model\n1,H100,llama3-8b\n", encoding="utf-8")
    with pytest.raises(NarrowsError, match="no row"):
        calibrate(path, output=tmp_path / "own.yaml")


def test_files_that_are_missing_are_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        calibrate(Path("nowhere.csv"))


def test_parity_speaks_three_languages(capsys) -> None:
    told = {}
    for lang in ("en", "zh-Hant", "zh-Hans"):
        parity("h100-sxm", "910c", model="llama3-8b", chips=16, batch=64, lang=lang)
        told[lang] = capsys.readouterr().out
    assert "in training" in told["en"]
    assert "互聯" in told["zh-Hant"]
    assert "互联" in told["zh-Hans"]
    assert not any("interconnect" in told[lang] for lang in ("zh-Hant", "zh-Hans"))
