"""The verbs, called as the command line calls them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from narrows.cli.futures import backtest, show
from narrows.core import InputError, UnknownNameError


def test_backtest_prints_the_scores_that_programs_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert backtest(as_json=True) == 0
    tree = json.loads(capsys.readouterr().out)
    assert set(tree["scores"]) == {"model", "persistence", "base_rate"}
    assert set(tree["scores"]["model"]) == {"log_score", "crps", "brier"}


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_backtest_speaks_each_language(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    assert backtest(lang=lang) == 0
    out = capsys.readouterr().out
    assert "⟨" not in out
    assert out.count("\n") < 60


def test_show_names_gates_and_regimes(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(as_known_on=date(2026, 1, 23)) == 0
    out = capsys.readouterr().out
    assert "customs: shut now" in out
    assert "customs shut" in out
    assert "E065" in out
    assert "⟨" not in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_show_says_when_a_line_has_no_regimes(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(line="rtx_pro_5500") == 0
    assert "nothing was known of export_licence" in capsys.readouterr().out


def test_show_refuses_what_it_cannot_do() -> None:
    with pytest.raises(InputError, match="1 to 40"):
        show(quarters=0)
    with pytest.raises(UnknownNameError):
        show(line="nosuch")


def test_show_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(as_json=True, quarters=2) == 0
    tree = json.loads(capsys.readouterr().out)
    assert len(tree["lines"]["h200"]["customs"]["states"]["shut"]["p50"]) == 3
