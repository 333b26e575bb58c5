"""``narrows train --output``: the waterfalls of a step, and the mapping they are drawn from."""

import json
import re

import pytest

from narrows.brief.training import render_training_html
from narrows.cli.app import main
from narrows.core import InputError

WORDS = ["train", "llama3-70b", "--on", "dgx-h100", "--chips", "64", "--batch", "256"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("training")
    assert main([*WORDS, "--tokens", "1e12", "--output", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def tree(folder):
    return json.loads((folder / "training.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "training.html").read_text(encoding="utf-8")


def test_parts_add_up_to_the_step_and_to_the_peak(tree):
    first = tree["ranked"][0]
    assert sum(first["breakdown_s"].values()) == pytest.approx(first["step_s"]["p50"])
    assert sum(first["memory_gib"].values()) == pytest.approx(first["peak_mem_gib"]["p50"])
    assert first["peak_mem_gib"]["p50"] <= tree["question"]["device_memory_gib"]


def test_bars_are_as_long_as_the_parts_of_the_mapping(page, tree):
    drawing = page[page.index('<svg class="chart wide"') :]
    drawing = drawing[: drawing.index("</svg>")]
    widths = [
        float(found) for found in re.findall(r'<rect class="f\d"[^>]* width="([\d.]+)"', drawing)
    ]
    parts = tree["ranked"][0]["breakdown_s"]
    total = sum(parts.values())
    shown = [seconds for seconds in parts.values() if seconds >= 0.0005 * total]
    assert len(widths) == len(shown)
    for width, seconds in zip(widths, shown, strict=True):
        assert width == pytest.approx(seconds / total * sum(widths), abs=0.7)


def test_the_page_is_made_of_the_mapping_alone(page, tree):
    assert render_training_html(tree, language="en") == page


def test_the_page_speaks_three_languages(page):
    for words in ("Time of a step", "一步的時間", "一步的时间", "Whole run"):
        assert words in page
    assert "⟨" not in page
    assert "<script" not in page


def test_every_part_has_a_name_in_each_language(page, tree):
    first = tree["ranked"][0]
    for name in (*first["breakdown_s"], *first["memory_gib"]):
        assert f"training.part.{name}" not in page


def test_what_json_prints_is_what_the_page_was_drawn_from(capsys, tree):
    assert main([*WORDS, "--tokens", "1e12", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ranked"] == tree["ranked"]


def test_an_empty_ranking_is_refused(tree):
    with pytest.raises(InputError, match="ranked"):
        render_training_html({**tree, "ranked": []}, language="en")


def test_notes_follow_the_language(capsys):
    assert main([*WORDS, "--lang", "zh-Hant"]) == 0
    assert "效率常數" in capsys.readouterr().out


def test_a_folder_that_cannot_be_made_is_named(capsys):
    assert main([*WORDS, "--output", "/dev/null/x"]) == 2
    assert "folder cannot be written" in capsys.readouterr().err
