"""``narrows value --output``: what knowing, waiting and service are worth, drawn and written."""

import json
import re
from itertools import pairwise

import pytest

from narrows.brief.value import render_value_html
from narrows.catalog import data_root
from narrows.cli.app import main
from narrows.core import InputError

SOURCE = (data_root() / "studies" / "h200.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The packaged question over five quarters, the fewest of which a signal tells one early."""
    path = tmp_path_factory.mktemp("value")
    short = SOURCE.replace("\nquarters: 12\n", "\nquarters: 5\n")
    assert short != SOURCE
    (path / "short.yaml").write_text(short, encoding="utf-8")
    assert main(["value", str(path / "short.yaml"), "--output", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def tree(folder):
    return json.loads((folder / "value.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "value.html").read_text(encoding="utf-8")


def test_nothing_is_worth_more_than_all_knowledge(tree):
    assert tree["signals"]
    for signal in tree["signals"]:
        assert 0.0 <= signal["value_cny"] <= tree["evpi_cny"] * (1 + 1e-6)
    assert 0.0 <= tree["evpi_cny"] <= tree["cost_cny"]
    assert tree["vss_cny"] >= 0.0


def test_longer_waits_and_more_service_cost_no_less(tree):
    waits = [one["cost_cny"] for one in tree["waiting"]]
    assert waits == sorted(waits)
    front = [(one["unmet"], one["cost_cny"]) for one in tree["front"]]
    for (more_unmet, cheaper), (less_unmet, dearer) in pairwise(front):
        assert more_unmet > less_unmet
        assert cheaper <= dearer


def test_bars_are_as_long_as_the_values_of_the_mapping(page, tree):
    drawing = page[page.index('<svg class="chart wide"') :]
    drawing = drawing[: drawing.index("</svg>")]
    drawn = re.findall(r'<rect class="bar-high"[^>]* width="([\d.]+)"', drawing)
    widths = sorted(float(width) for width in drawn)
    values = [tree["evpi_cny"], tree["vss_cny"], *(one["value_cny"] for one in tree["signals"])]
    assert len(widths) == len(values)
    for width, value in zip(widths, sorted(values), strict=True):
        assert width == pytest.approx(value / max(values) * widths[-1], abs=0.7)


def test_the_page_is_made_of_the_mapping_alone_in_three_languages(page, tree):
    assert render_value_html(tree, language="en") == page
    for words in ("Cost for service", "成本與服務", "成本与服务", "perfect foresight"):
        assert words in page
    assert "⟨" not in page
    assert "-0" not in re.sub(r"<svg.*?</svg>|<style>.*?</style>", "", page, flags=re.S)


def test_a_study_without_signals_or_imports_still_has_a_page(tree):
    bare = {**tree, "vss_cny": None, "signals": [], "waiting": [], "front": tree["front"][:1]}
    page = render_value_html(bare, language="en")
    assert "Perfect foresight is worth" in page
    assert "Cost for service" not in page


@pytest.mark.parametrize("part", ["study", "evpi_cny", "front"])
def test_a_mapping_that_lacks_a_part_is_refused(tree, part):
    with pytest.raises(InputError, match=part):
        render_value_html({key: tree[key] for key in tree if key != part}, language="en")
