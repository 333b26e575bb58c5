from __future__ import annotations

import csv
import json

from cyclopts import App

from narrows.cli.predict_serving import predict_serving
from narrows.cli.serve import serve
from narrows.cli.serve_options import Cost
from narrows.performance.serving import ROW_COLUMNS


def test_serve_prints_deployments_as_json(capsys):
    cost = Cost(usd_per_chip_hour=2.0)
    assert serve("deepseek-v3", on="dgx-h200", chips=16, cost=cost, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    first = told["deployments"][0]
    assert first["chips"] == 16
    rates = first["output_tokens_per_s_per_chip"]
    assert rates["p05"] < rates["p50"] < rates["p95"]
    assert told["usd_per_million_tokens"]["p50"] > 0


def test_serve_prints_a_table(capsys):
    assert serve("llama3-70b", on="h20", chips=8) == 0
    told = capsys.readouterr().out
    assert "token/s/chip" in told
    assert "a marked assumption stands in" in told
    assert serve("llama3-70b", on="h20", chips=8, lang="zh-Hant") == 0
    assert "以標明的假設代替" in capsys.readouterr().out


def test_predict_writes_the_contract(tmp_path, capsys):
    path, answers = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text(
        "id,chip,n_chips,engine,model,weight_precision,input_len,output_len,concurrency,tp\n"
        "a,NVIDIA H20,8,SGLang,DeepSeek-R1,fp8,1024,1024,64,8\n"
        "b,Nobody X1,8,vLLM,Llama-3.1-8B,fp8,1024,1024,64,8\n",
        encoding="utf-8",
    )
    assert predict_serving(path, output=answers) == 0
    assert "1 predicted, 1 refused" in capsys.readouterr().out
    with answers.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == ROW_COLUMNS
    assert [row["status"] for row in rows] == ["predicted", "refused"]
    assert float(rows[0]["p05_tpot_ms"]) < float(rows[0]["tpot_ms"])
    assert "Nobody" in rows[1]["reason"]


def test_serve_compares_systems(capsys):
    systems = ("hgx-h20", "cloudmatrix384:cann")
    assert serve("deepseek-v3", on="dgx-h200", against=systems, chips=32, as_json=True) == 0
    rows = json.loads(capsys.readouterr().out)["phases"]
    assert [row["chip"] for row in rows] == ["nv-h20", "hw-910c", "nv-h200-sxm"]
    assert rows[-1]["decode_ratio"]["p50"] == 1
    assert serve("deepseek-v3", on="dgx-h200", against=systems, chips=32) == 0
    assert "cann" in capsys.readouterr().out


def test_serve_takes_its_options_from_the_command_line(capsys):
    app = App()
    app.command(serve)
    words = "serve deepseek-v3 --on dgx-h200 --chips 8 --tpot-ms 80 --output-tokens 500 --json"
    app(words.split(), result_action="return_value", exit_on_error=False)
    first = json.loads(capsys.readouterr().out)["deployments"][0]
    assert first["tpot_ms"]["p50"] <= 80
    assert first["chips"] == 8
