"""Seller, policy analyst and lab: each answered whole, traceable, by the arithmetic it states."""

import os
import shutil
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.study.pruning import prune
from tests.study.tracing import naked, unsourced

import narrows
from narrows.brief import render_html, render_terminal
from narrows.catalog import data_root
from narrows.core import InputError, RefusalError, resolve_pointer
from narrows.study import Result, run_study
from narrows.study.perspectives.seller_model import Flows, cap_headroom, share_out, ship, us_sold

STUDIES = ("h200-seller", "h200-policy", "lab")


@pytest.fixture(scope="module")
def results():
    return {name: run_study(name) for name in STUDIES}


@pytest.fixture(scope="module")
def answered(results):
    return {name: result.document for name, result in results.items()}


@pytest.mark.parametrize("name", STUDIES)
def test_every_number_is_derived(answered, name):
    assert naked(answered[name]) == []


@pytest.mark.parametrize("name", STUDIES)
def test_every_derivation_leads_to_sources(answered, name):
    assert unsourced(answered[name]) == []


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("name", STUDIES)
def test_every_study_is_told_in_every_language(answered, name, language):
    page = render_html(answered[name], language=language)
    told = render_terminal(answered[name], language=language)
    assert "⟨" not in page + told
    assert len(told.splitlines()) <= 24


@pytest.mark.parametrize("name", STUDIES)
def test_intervals_are_in_order(answered, name):
    for at, node in intervals(answered[name]):
        assert node["p05"] <= node["p50"] <= node["p95"], at


def intervals(node, at=""):
    if isinstance(node, dict):
        if {"p05", "p50", "p95"} <= set(node):
            yield at, node
        for key, child in node.items():
            yield from intervals(child, f"{at}/{key}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from intervals(child, f"{at}/{index}")


def table_of(document, name):
    return next(table for table in document["tables"] if table["id"] == name)


def test_nothing_is_shipped_beyond_the_cap_or_what_is_wanted(answered):
    document = answered["h200-seller"]
    wanted = sum(row["cells"][0]["value"] for row in table_of(document, "allocation")["rows"])
    for row in table_of(document, "headroom")["rows"]:
        headroom, shipped, left = (cell["value"] for cell in row["cells"])
        assert shipped["p95"] <= min(headroom["p95"], wanted)
        assert left["p05"] >= 0.0


def test_headroom_leads_back_to_the_law_and_sales_at_home_and_to_no_gate(answered):
    derivations = answered["h200-seller"]["derivations"]
    headroom = derivations["/tables/0/rows/0/cells/0/value/p50"]
    assert headroom["sources"] == []
    behind = {source for at in headroom["inputs"] for source in derivations[at]["sources"]}
    assert any("us.fr.2026-00789" in source for source in behind)
    shipped = derivations["/tables/0/rows/0/cells/1/value/p50"]
    assert any(source.startswith("event:") for source in shipped["sources"])


def test_the_regimes_of_a_seller_are_certain_together(answered):
    rows = table_of(answered["h200-seller"], "revenue")["rows"]
    assert sum(row["cells"][0]["value"] for row in rows[:-1]) == pytest.approx(1.0)
    revenue = {row["head"]: row["cells"][1]["value"]["p50"] for row in rows[:-1]}
    assert revenue["all_open"] == max(revenue.values())


def test_a_tighter_ceiling_never_brings_more(answered):
    rows = {row["head"]: row["cells"] for row in table_of(answered["h200-policy"], "cases")["rows"]}
    licensed = [
        rows[case][0]["value"]["p95"] for case in ("no-cap", "as-in-force", "quarter", "shut")
    ]
    assert licensed == sorted(licensed, reverse=True)
    assert licensed[-1] == 0.0
    assert rows["no-cap"][3]["value"] == 0.0


def test_every_ceiling_is_drawn_on_one_axis(answered):
    charts = {chart["id"]: chart for chart in answered["h200-policy"]["charts"]}
    drawn = {point["head"]: point["p50"] for point in charts["cases"]["points"]}
    rows = table_of(answered["h200-policy"], "cases")["rows"]
    assert drawn == {row["head"]: row["cells"][1]["value"]["p50"] for row in rows}


def test_the_regimes_under_a_sellers_fan_share_each_quarter_out(answered):
    for chart in answered["h200-seller"]["charts"]:
        assert [one["quarter"] for one in chart["regimes"]] == [
            point["quarter"] for point in chart["points"]
        ]
        for one in chart["regimes"]:
            assert sum(one["shares"].values()) == pytest.approx(1.0)


def test_equivalents_are_units_times_the_ratio_of_processing_power(answered):
    document = answered["h200-policy"]
    for row in table_of(document, "routes")["rows"]:
        _, units, tpp, equivalents, _ = (cell["value"] for cell in row["cells"])
        if units["p50"] == 0.0:
            continue
        assert tpp["p50"] == pytest.approx(15_831.2 * equivalents["p50"], rel=1e-3)


def test_a_lab_sees_its_run_on_both_stacks_and_rented(answered):
    document = answered["lab"]
    rows = {row["head"]: row["cells"] for row in table_of(document, "pretraining")["rows"]}
    assert {"h200", "ascend-910c", "malaysia-h200"} <= set(rows)
    assert rows["h200"][3]["kind"] == "said", "the lab runs this stack already"
    assert rows["ascend-910c"][3]["value"] > 0.0
    rented, owned = (rows[way][0]["value"]["p50"] for way in ("malaysia-h200", "h200"))
    assert rented == pytest.approx(owned), "the same machine takes the same time"


def test_a_lab_also_has_the_buyers_answer(answered):
    document = answered["lab"]
    labels = [line["label"] for line in document["study"]["headline"]]
    assert labels[0] == "ANSWER"
    assert {"BUY", "GATES", "TRUST"} <= set(labels)
    assert document["orders"]
    for pointer in document["derivations"]:
        resolve_pointer(document, pointer)


def test_equal_runs_give_equal_bytes(results):
    assert run_study("h200-seller").to_json() == results["h200-seller"].to_json()


def test_a_seller_before_the_cap_was_known_is_refused():
    with pytest.raises(RefusalError):
        run_study("h200-seller", as_known_on=date(2026, 1, 5))


def test_an_unknown_perspective_is_refused(tmp_path):
    with pytest.raises(InputError, match="perspective"):
        run_study(str(_changed(tmp_path, "perspective: seller", "perspective: smuggler")))


def test_a_figure_of_an_unknown_field_is_refused(tmp_path):
    with pytest.raises(InputError, match="stok"):
        run_study(str(_changed(tmp_path, "\nstock:", "\nstok: 1 chips\nstock:")))


def test_the_coverage_of_a_customer_that_wants_nothing_is_unknown(tmp_path):
    old = '{value: "1,600,000 chips", low: "600,000 chips", high: "1,600,000 chips"'
    result = run_study(str(_changed(tmp_path, old, '{value: "0 chips"')))
    rows = table_of(result.document, "allocation")["rows"]
    assert [row["cells"][2]["value"] is None for row in rows] == [False, False, True]
    assert "NaN" not in result.to_json()
    page = render_html(result.document, language="en")
    assert "⟨" not in page + render_terminal(result.document, language="en")


def _changed(folder: Path, old: str, new: str) -> Path:
    text = (data_root() / "studies" / "h200-seller.yaml").read_text(encoding="utf-8")
    assert old in text
    path = folder / "changed.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_seller_sees_nothing_that_became_public_later(tmp_path, results):
    source = tmp_path / "source"
    shutil.copytree(
        Path(narrows.__file__).parent, source / "narrows",
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    assert prune(source / "narrows" / "data", date(2026, 1, 23)) > 100
    assert run_apart(source, tmp_path / "pruned") == results["h200-seller"].to_json().encode()


def run_apart(source: Path, folder: Path) -> bytes:
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "narrows", "run", "h200-seller", "--output", str(folder)]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return (folder / "result.json").read_bytes()


def test_tables_are_written_as_csv(answered):
    tables = Result(answered["h200-policy"]).tables()
    assert {"routes", "cases", "shares"} <= set(tables)
    assert tables["cases"][0]["row"] == "as-in-force"
    assert float(tables["cases"][0]["licensed.p95"]) > 0.0


def flows(**changes):
    base = {
        "stock": 500.0, "production": 0.0, "us_sales": 100.0, "us_decline": 0.5, "other_sales": 0.0
    }  # fmt: skip
    each = {name: np.array([float(value)]) for name, value in (base | changes).items()}
    return Flows(ratio=0.5, **each)


def test_headroom_by_hand():
    assert us_sold(flows(), 3).tolist() == [[100.0, 150.0, 175.0]]
    assert cap_headroom(flows(), 3).tolist() == [[50.0, 75.0, 87.5]]


def test_the_least_bound_holds_by_hand():
    gates = np.array([[10.0, 80.0, 200.0]])
    assert ship(flows(), gates).shipped.tolist() == [[10.0, 75.0, 87.5]]
    short = ship(flows(stock=190.0), gates)
    assert short.shipped.tolist() == [[10.0, 15.0, 15.0]], "kept back for later sales at home"
    assert short.left.tolist() == [[80.0, 25.0, 0.0]]


def test_a_ceiling_passes_its_rest_on_by_hand():
    assert share_out(90.0, np.array([10.0, 40.0, 50.0])).tolist() == [9.0, 36.0, 45.0]
    assert share_out(90.0, np.array([10.0, 40.0, 50.0]), 40.0).tolist() == [10.0, 40.0, 40.0]


WANTS = st.lists(st.floats(1.0, 1e6), min_size=1, max_size=6).map(np.array)


@given(total=st.floats(0.0, 1e7), wants=WANTS, ceiling=st.floats(0.0, 1e6))
def test_sharing_out_gives_nobody_too_much_and_wastes_nothing(total, wants, ceiling):
    given_out = share_out(total, wants, ceiling)
    limits = np.minimum(wants, ceiling)
    assert (given_out <= limits * (1 + 1e-9)).all()
    assert given_out.sum() == pytest.approx(min(total, limits.sum()), rel=1e-6, abs=1e-6)


GATES = st.lists(st.floats(0.0, 1e3), min_size=3, max_size=3).map(np.cumsum)


@given(through=GATES, stock=st.floats(0.0, 1e3), sales=st.floats(0.0, 500.0))
def test_shipments_never_shrink_nor_exceed_a_bound(through, stock, sales):
    shipped = ship(flows(stock=stock, us_sales=sales), through[None])
    assert all(a <= b + 1e-9 for a, b in pairwise(shipped.shipped[0]))
    for bound in (through[None], shipped.headroom, shipped.spare):
        assert (shipped.shipped <= bound + 1e-9).all()
    assert (shipped.left >= -1e-9).all()
