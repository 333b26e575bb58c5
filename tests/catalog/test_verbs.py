from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from narrows.cli.chip import chip
from narrows.cli.data import check
from narrows.core import AmbiguousNameError, InputError

WIDTH_MAX = 80
CARD_CPU_MAX_S = 1.5


def test_a_card_fits_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert chip("910C") == 0
    printed = capsys.readouterr().out
    assert "752 TFLOP/s" in printed
    assert "780 (SemiAnalysis)" in printed
    rows = [line for line in printed.splitlines() if not line.startswith("[")]
    assert max(len(line.rstrip()) for line in rows) <= WIDTH_MAX


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_every_field_has_a_name_in_every_language(
    capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    for name in ("nv-b300", "cloudmatrix384", "deepseek-v3.2", "qwen3-next-80b-a3b"):
        chip(name, lang=lang)  # type: ignore[arg-type]
    assert "⟨" not in capsys.readouterr().out


def test_json_carries_unit_grade_and_sources_of_each_field(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chip("h200", as_json=True)
    tree = json.loads(capsys.readouterr().out)
    bandwidth = tree["fields"]["memory_bandwidth_gb_s"]
    assert (bandwidth["value"], bandwidth["unit"], bandwidth["grade"]) == (4800, "GB/s", "A")
    assert set(bandwidth["sources"]) <= set(tree["sources"])


def test_a_card_as_known_on_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    chip("910C", as_known_on=date(2025, 4, 30), as_json=True)
    tree = json.loads(capsys.readouterr().out)
    assert tree["fields"]["bf16_tflops"]["value"] == 780
    assert tree["disputes"] == []


def test_an_ambiguous_name_is_refused() -> None:
    with pytest.raises(AmbiguousNameError, match="hw-910b1"):
        chip("910B")


def test_the_check_lists_what_is_blank(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(as_json=True) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["read"]["chips"] == 109
    assert tree["read"]["training_runs"] == 942
    assert any(gap["id"] == "hw-910d" and "known_on" in gap["missing"] for gap in tree["gaps"])


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_the_check_speaks_every_language(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    check(lang=lang)  # type: ignore[arg-type]
    printed = capsys.readouterr().out
    assert "⟨" not in printed
    assert re.search(r"109", printed)


def test_bad_data_stops_the_check_with_its_place(
    spoil: Callable[[str, str, str], Path],
) -> None:
    root = spoil("catalog/chips/nvidia.yaml", "tdp_w: 300", "tdp_w: -300")
    with pytest.raises(InputError, match=r"nvidia\.yaml:\d+: nv-p100\.tdp_w: must be above zero"):
        check(root=root)


def test_a_card_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    before = time.process_time()
    chip("h100-sxm")
    assert time.process_time() - before < CARD_CPU_MAX_S
    assert capsys.readouterr().out
