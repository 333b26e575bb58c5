"""What each quarter would have said, beside what came: traceable, and blind to what is later."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from tests.study.pruning import prune
from tests.study.tracing import naked, unsourced

import narrows
from narrows.catalog import data_root
from narrows.cli import main
from narrows.core import InputError
from narrows.study import replay_study

FIRST, TO = date(2026, 1, 23), date(2026, 11, 23)
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


@pytest.fixture(scope="module")
def replayed():
    return replay_study("h200", to=TO).document


@pytest.fixture(scope="module")
def commanded(tmp_path_factory):
    """The folder and the screen of the command that replays the first day alone."""
    folder, screen = tmp_path_factory.mktemp("replay"), io.StringIO()
    with contextlib.redirect_stdout(screen):
        assert main(["replay", "h200", "--to", FIRST.isoformat(), "--output", str(folder)]) == 0
    return folder, screen.getvalue()


@pytest.fixture(scope="module")
def first_alone(commanded):
    return (commanded[0] / "replay.json").read_bytes()


def test_every_quarter_speaks(replayed):
    assert tuple(replayed["said"]) == QUARTERS
    for day in replayed["said"].values():
        assert day["refused"] is None
        assert len(day["gates"]) == 7
        assert any(order["system"] == "h200" for order in day["orders"])
        assert len(day["fan"]) == 4


def test_every_number_is_derived(replayed):
    assert naked(replayed) == []


def test_every_derivation_leads_to_sources(replayed):
    assert unsourced(replayed) == []


def test_a_day_cites_nothing_that_became_public_later(replayed):
    for quarter, day in replayed["said"].items():
        cited = {
            source
            for pointer, derivation in replayed["derivations"].items()
            if pointer.startswith(f"/said/{quarter}/")
            for source in derivation["sources"]
        }
        later = {
            name
            for name in cited
            if (replayed["sources"][name].get("known_on") or "") > day["known_on"]
            and name.startswith("event:")
        }
        assert later == set()


def test_the_first_statement_does_not_know_how_far_the_replay_goes(replayed, first_alone):
    alone = json.loads(first_alone)
    assert json.loads(json.dumps(replayed))["said"]["2026Q1"] == alone["said"]["2026Q1"]


def test_fans_widen_upwards_and_lie_within_the_orders(replayed):
    for day in replayed["said"].values():
        for end in day["fan"]:
            band = [end[key] for key in ("p05", "p25", "p50", "p75", "p95")]
            assert band == sorted(band)
            assert 0.0 <= band[0] <= band[-1] <= day["ordered"]
        for key in ("p05", "p50", "p95"):
            assert all(a[key] <= b[key] + 1e-9 for a, b in pairwise(day["fan"]))


def test_deliveries_add_up(replayed):
    delivered = replayed["happened"]["delivered"]
    assert delivered[-1]["high_so_far"] == sum(period["high"] for period in delivered)
    assert all(period["low_so_far"] <= period["high_so_far"] for period in delivered)


def test_large_deliveries_did_not_come_and_the_rest_is_open(replayed):
    came = {one["quarter"]: one["came"] for one in replayed["scores"]["deliveries"]}
    assert came["2026Q1"] == "false"
    assert came["2026Q2"] == came["2026Q4"] == "unknown"


def test_scores_count_only_what_fell_due(replayed):
    every = replayed["scores"]["all"]
    assert every["forecasts"] == sum(one["forecasts"] for one in replayed["scores"]["gates"])
    assert every["log_score"] < replayed["scores"]["equal_chances"]


def test_the_regimes_of_each_day_share_it_out(replayed):
    for said in replayed["said"].values():
        assert sum(said["regimes"].values()) == pytest.approx(1.0)


def test_regret_is_told_where_something_came_since(replayed):
    by_quarter = {one["quarter"]: one for one in replayed["regret"]}
    for quarter in QUARTERS[:-1]:
        assert 0.0 <= by_quarter[quarter]["low_cny"] <= by_quarter[quarter]["high_cny"]
        # What the solver cannot tell from nothing is nothing.
        assert by_quarter[quarter]["share"] == 0.0 or by_quarter[quarter]["share"] > 1e-7
    assert by_quarter[QUARTERS[-1]]["left_out"]["id"] == "replay.regret.nothing_since"


@pytest.mark.parametrize("to", [date(2026, 1, 22), date(2026, 11, 24)])
def test_a_day_outside_the_facts_is_refused(to):
    with pytest.raises(InputError):
        replay_study("h200", to=to)


def test_a_study_that_orders_nothing_cannot_be_replayed():
    with pytest.raises(InputError, match="perspective"):
        replay_study("h200-seller", to=TO)


def test_a_figure_that_is_not_public_yet_is_named_and_the_rest_goes_on(tmp_path):
    text = (data_root() / "studies" / "h200.yaml").read_text(encoding="utf-8")
    at = text.index("  chips_per_quarter: ")
    later = text[:at] + "  chips_per_quarter: {market: M059}" + text[text.index("\n", at) :]
    later = later.replace("\nquarters: 12\n", "\nquarters: 6\n")
    path = tmp_path / "later.yaml"
    path.write_text(later, encoding="utf-8")
    said = replay_study(str(path), to=date(2026, 10, 23)).document["said"]
    assert said["2026Q1"]["refused"]["values"]["missing"] == ["M059"]
    assert said["2026Q1"]["orders"] == []
    assert said["2026Q1"]["fan"]
    assert said["2026Q4"]["refused"] is None


def test_the_command_writes_both_files_and_answers_in_a_screen(commanded):
    folder, screen = commanded
    assert {path.name for path in folder.iterdir()} == {"replay.json", "replay.html"}
    lines = screen.splitlines()
    assert len(lines) <= 24
    assert max(len(line) for line in lines) <= 80
    assert json.loads((folder / "replay.json").read_text(encoding="utf-8"))["said"]


def test_bad_input_is_one_line(capsys):
    assert main(["replay", "h200", "--to", "2027-01-01"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def run_replay(source: Path, folder: Path) -> bytes:
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [
            sys.executable, "-m", "narrows", "replay", "h200",
            "--to", FIRST.isoformat(), "--output", str(folder),
        ],
        check=True, env=environment, capture_output=True,
    )  # fmt: skip
    return (folder / "replay.json").read_bytes()


def test_deleting_every_later_record_changes_no_byte(tmp_path, first_alone):
    source = tmp_path / "source"
    shutil.copytree(
        Path(narrows.__file__).parent, source / "narrows",
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    assert prune(source / "narrows" / "data", FIRST) > 100
    assert run_replay(source, tmp_path / "pruned") == first_alone
