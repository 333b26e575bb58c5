"""Forecasts kept with a release, held against what came."""

from __future__ import annotations

import json
from datetime import date
from math import log
from pathlib import Path

import pytest

from narrows.catalog import Catalog
from narrows.cli import main
from narrows.core import COMPILED_ON
from narrows.futures import load_forecasts, outlook, packaged_forecasts, score_file

DAY = date(2025, 12, 31)
JUDGED = date(2026, 9, 30)


def test_a_file_is_scored_beside_persistence_on_the_same_forecasts(catalog: Catalog) -> None:
    scored = score_file(outlook(catalog, known_on=DAY), catalog, judged_until=JUDGED)
    assert {one.forecast.target for one in scored.model} == {date(2026, 3, 31), date(2026, 6, 30)}
    assert scored.next_due == date(2026, 12, 31)
    for one, beside in zip(scored.model, scored.persistence, strict=True):
        asked = ("line", "gate", "target")
        assert all(getattr(one.forecast, a) == getattr(beside.forecast, a) for a in asked)
        assert one.happened == beside.happened


def test_the_newest_packaged_file_has_the_horizons_that_are_kept(catalog: Catalog) -> None:
    newest = load_forecasts(packaged_forecasts()[-1])
    targets = {one.target for one in outlook(catalog, known_on=COMPILED_ON).forecasts}
    assert {one.target for one in newest.forecasts} == targets


def test_the_verb_keeps_and_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    day = DAY.isoformat()
    assert main(["futures", "outlook", "--as-known-on", day, "--output", str(path)]) == 0
    assert load_forecasts(path).made_on == DAY
    assert main(["futures", "outlook", str(path), "--json"]) == 0
    (tree,) = json.loads(capsys.readouterr().out)["files"]
    assert tree["scores"]["model"]["log_score"] < log(4)
    for one in tree["due"]:
        assert one["log_score"] == pytest.approx(-log(one["chance_given"]))
    assert main(["futures", "outlook", str(path)]) == 0
    assert "have come due" in capsys.readouterr().out


def test_a_kept_file_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("kept")
    assert main(["futures", "outlook", "--output", str(path)]) == 2
    assert "the file exists" in capsys.readouterr().err
    assert path.read_text() == "kept"


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_packaged_files_are_told_in_every_language(
    capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    assert main(["futures", "outlook", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert "⟨" not in out
    assert str(len(load_forecasts(packaged_forecasts()[-1]).forecasts)) in out
