from __future__ import annotations

import csv

import pytest

from narrows.catalog import load_serving_runs
from narrows.core import InputError
from narrows.performance.serving import ROW_COLUMNS, predict_row, predict_table
from narrows.performance.serving.knowledge import load_knowledge
from narrows.performance.serving.runs import as_row, read_runs

MEASURED = {
    "output_tok_s_total",
    "total_tok_s",
    "tok_s_per_chip",
    "ttft_ms",
    "tpot_ms",
    "evidence",
    "source_title",
    "source_url",
    "source_section",
    "split",
}
ROW = {
    "id": "one",
    "chip": "NVIDIA H200",
    "n_chips": "8",
    "engine": "vLLM",
    "model": "Llama-3.3-70B",
    "weight_precision": "fp8",
    "input_len": "2000",
    "output_len": "500",
    "concurrency": "64",
    "tp": "8",
    "scenario": "server (fixed concurrency)",
    "per_chip_kind": "output",
}

R1 = {"model": "DeepSeek-R1"}


@pytest.fixture(scope="module")
def rows():
    return [as_row(run) for run in load_serving_runs()]


def test_a_sample_of_the_packaged_table_is_answered_or_refused(catalog, rows, tmp_path):
    _check_answers(catalog, rows[::9], tmp_path)


@pytest.mark.nightly
def test_the_packaged_table_is_answered_or_refused(catalog, rows, tmp_path):
    _check_answers(catalog, rows, tmp_path)


def _check_answers(catalog, rows, tmp_path):
    path = tmp_path / "in.csv"
    columns = [name for name in rows[0] if name not in MEASURED]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    heard: list[str] = []
    answers = predict_table(path, catalog, report=heard.append)
    assert heard[-1] == f"{len(answers)} of {len(answers)} rows"
    assert [a.id for a in answers] == [row["id"] for row in rows]
    predicted = [a for a in answers if a.status == "predicted"]
    assert len(predicted) >= 0.97 * len(rows)
    assert all(a.reason for a in answers if a.status == "refused")
    for a in predicted:
        assert 0 < a.p05_tok_s_per_chip < a.tok_s_per_chip < a.p95_tok_s_per_chip


def test_measured_columns_change_nothing(catalog, rows):
    known = load_knowledge()
    for row in rows[::90]:
        blind = {name: value for name, value in row.items() if name not in MEASURED}
        assert predict_row(catalog, row, known) == predict_row(catalog, blind, known)


def test_cells_follow_the_contract(catalog):
    answer = predict_row(catalog, ROW, load_knowledge())
    cells = dict(zip(ROW_COLUMNS, answer.cells(), strict=True))
    assert cells["status"] == "predicted"
    total, each = float(cells["output_tok_s_total"]), float(cells["tok_s_per_chip"])
    assert total == pytest.approx(8 * each, rel=1e-4)
    assert float(cells["p05_tpot_ms"]) < float(cells["tpot_ms"]) < float(cells["p95_tpot_ms"])


def test_dies_and_packages_of_one_machine_agree(catalog):
    known = load_knowledge()
    dies = ROW | {"chip": "Ascend 910C die (Atlas 800 A3)", "n_chips": "16", "tp": "16"}
    packages = dies | {"chip": "Ascend 910C (Atlas 800 A3)", "n_chips": "8"}
    by_die, by_package = (predict_row(catalog, row, known) for row in (dies, packages))
    assert by_die.tpot_ms == pytest.approx(by_package.tpot_ms)
    assert by_package.tok_s_per_chip == pytest.approx(2 * by_die.tok_s_per_chip)


def test_an_open_layout_is_searched_and_answered_with_a_wider_interval(catalog):
    known = load_knowledge()
    told, untold = (predict_row(catalog, ROW | {"tp": tp}, known) for tp in ("8", ""))
    width = [a.p95_tok_s_per_chip / a.p05_tok_s_per_chip for a in (told, untold)]
    assert "layout searched" in untold.reason
    assert width[1] > width[0]


def test_an_assumed_head_is_said(catalog):
    drafted = predict_row(catalog, ROW | {"spec_tokens": "3"}, load_knowledge())
    own = predict_row(
        catalog,
        ROW | {"spec_tokens": "3", "model": "DeepSeek-V3", "n_chips": "16"},
        load_knowledge(),
    )
    assert "draft head assumed" in drafted.reason
    assert "draft head" not in own.reason


def test_prompt_rates_count_prompt_tokens(catalog):
    row = ROW | {"per_chip_kind": "input", "scenario": "prefill only", "output_len": ""}
    answer = predict_row(catalog, row, load_knowledge())
    assert answer.output_tok_s_total is None
    assert answer.tok_s_per_chip > 1000


@pytest.mark.parametrize(
    "change",
    [{"input_len": "2,000"}, {"input_len": "2e3"}, {"concurrency": "64 (closed loop)"}],
)
def test_a_number_is_read_however_it_is_written(catalog, change):
    known = load_knowledge()
    assert predict_row(catalog, ROW | change, known) == predict_row(catalog, ROW, known)


def test_a_load_of_nobody_is_an_untold_load(catalog):
    known = load_knowledge()
    blank = predict_row(catalog, ROW | {"concurrency": ""}, known)
    assert predict_row(catalog, ROW | {"concurrency": "0"}, known) == blank


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"chip": "Imaginary 9000"}, "names no chip"),
        ({"model": "No-Such-Model"}, "unknown model"),
        ({"n_chips": "many"}, "not a number"),
        ({"n_chips": "1e300"}, "out of range"),
        ({"n_chips": "1000000"}, "out of range"),
        ({"tp": "100000"}, "out of range"),
        ({"ep": "0.5"}, "not a whole number"),
        ({"spec_tokens": "1e9"}, "out of range"),
        ({"input_len": "8 or 16"}, "not a number"),
        ({"concurrency": "-5"}, "not a number"),
        ({"prefix_hit_share": "99"}, "from 0 to 1"),
        ({"output_len": "0"}, "output_len: out of range (got '0')"),
        ({"input_len": "0"}, "input_len: out of range (got '0')"),
        ({"input_len": "-3"}, "out of range"),
        ({"output_len": "many"}, "not a number"),
        ({"tp": "16", "pp": "2", "n_chips": "16"}, "needs 32 devices, the row has 16"),
        ({"tp": "7"}, "tp 7 cannot split the 64 heads"),
        ({"tp": "128", "n_chips": "128"}, "tp 128 cannot split the 64 heads"),
        ({"pp": "81", "tp": "1", "n_chips": "81"}, "pp 81 cannot split the 80 layers"),
        (R1 | {"tp": "7"}, "tp 7 cannot split the 128 heads"),
        (R1 | {"tp": "7", "n_chips": "7"}, "tp 7 cannot split the 128 heads"),
        (R1 | {"tp": "8", "ep": "3"}, "ep 3 cannot spread experts over the 8 devices"),
        (R1 | {"tp": "8/8", "disagg": "yes"}, "needs 16 devices, the row has 8"),
        (
            R1 | {"tp": "8", "prefill_workers": "2", "decode_workers": "1", "n_chips": "16"},
            "workers 2 and tp 8 x workers 1 needs 24 devices",
        ),
        ({"model": "DeepSeek-V3", "n_chips": "1", "tp": "1"}, "does not fit"),
        ({"weight_precision": "fp8", "kv_dtype": "fp8", "tp": "eight"}, "not a number"),
    ],
)
def test_rows_that_cannot_be_answered_say_why(catalog, change, reason):
    answer = predict_row(catalog, ROW | change, load_knowledge())
    assert answer.status == "refused"
    assert reason in answer.reason


def test_a_run_of_prompts_alone_generates_nothing(catalog):
    prompts = ROW | {"scenario": "prefill only", "per_chip_kind": "input"}
    blank = predict_row(catalog, prompts | {"output_len": ""}, load_knowledge())
    assert predict_row(catalog, prompts | {"output_len": "0"}, load_knowledge()) == blank
    assert blank.status == "predicted"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,chip\n1,x\n", "missing"),
        ("id,chip,model,colour\n1,x,y,red\n", "unknown column"),
        ("id,chip,model\n1,x,y,z\n", "more cells"),
    ],
)
def test_tables_that_are_no_serving_tables_are_refused(catalog, tmp_path, text, problem):
    path = tmp_path / "in.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=problem):
        predict_table(path, catalog)


def test_a_binary_file_is_refused_in_one_line(catalog, tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(InputError) as caught:
        predict_table(path, catalog)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("written", ["inf", "1e300", "fast", "-3"])
def test_a_measured_figure_that_is_no_number_is_said(catalog, written):
    runs, unread = read_runs(catalog, [ROW | {"tpot_ms": written}])
    assert runs == ()
    (told,) = unread
    assert told.reason.startswith("tpot_ms: ")
