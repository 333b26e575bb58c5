import base64
import copy
import hashlib
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from narrows.brief import render_html
from narrows.core import InputError

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
VOID = {"meta", "input", "br", "link", "img", "hr"}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
PAGE_MAX_BYTES = 1_000_000


class Reader(HTMLParser):
    """Holds the page to balance, and collects what it links to and calls itself."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.targets, self.tags = [], [], [], []
        self.attributes = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        found = dict(attributes)
        if "id" in found:
            self.ids.append(found["id"])
        if "href" in found:
            self.targets.append(found["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture
def page(result):
    return render_html(result, language="zh-Hant")


def test_the_page_is_balanced_and_its_links_land(page):
    reader = read(page)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert {target for target in reader.targets if not target.startswith("#")} == set()
    assert {target[1:] for target in reader.targets} <= set(reader.ids)


def test_nothing_is_fetched_and_nothing_runs(page):
    reader = read(page)
    loading = {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not loading & set(reader.tags)
    names = {name for _, name, _ in reader.attributes}
    assert not {"src", "srcset", "style", "action", "xlink:href"} & names
    assert not [name for name in names if name.startswith("on")]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style
    assert "script-src 'none'" in page


def test_the_policy_admits_exactly_the_pages_style(page):
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page


def test_the_page_is_small(page):
    assert len(page.encode()) < PAGE_MAX_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chosen_language_comes_first_and_all_three_are_there(result, language):
    page = render_html(result, language=language)
    mains = re.findall(r'<main id="([^"]+)" lang="([^"]+)"', page)
    assert mains[0][0] == language
    assert sorted(lang for _, lang in mains) == ["en", "zh-Hans-CN", "zh-Hant-HK"]
    (checked,) = re.findall(r'id="show-([^"]+)"[^>]* checked', page)
    assert checked == language


def _hostile_everywhere(node):
    """Replace every text that a stranger may write, leaving the words of the form alone."""
    words = {"id", "gate", "state", "shown", "quarter", "label", "how", "date", "known_on"}
    words |= {"as_known_on", "in_force_on", "currency", "by"}
    if isinstance(node, dict):
        return {
            key: child if key in words else _hostile_everywhere(child)
            for key, child in node.items()
            if key != "derivations"
        }
    if isinstance(node, list):
        return [_hostile_everywhere(child) for child in node]
    return HOSTILE if isinstance(node, str) else node


def test_hostile_text_stays_text(result):
    derivations = {
        key: {**value, "formula": HOSTILE, "unit": HOSTILE}
        for key, value in result["derivations"].items()
    }
    hostile = {**_hostile_everywhere(result), "derivations": derivations}
    page = render_html(hostile, language="en")
    reader = read(page)
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert page.count("&lt;script&gt;") > 50


def svgs(page):
    found = re.findall(r'<svg class="chart.*?</svg>', page, re.DOTALL)
    return [ET.fromstring(svg) for svg in found]  # noqa: S314 - drawn by ourselves


def test_charts_carry_chinese_text_that_is_text(page):
    drawn = [svg for svg in svgs(page) if svg.get("lang") == "zh-Hant"]
    assert len(drawn) == 18
    for svg in drawn:
        words = "".join(text.text for text in svg.iter("text"))
        assert re.search(r"[\u4e00-\u9fff]", words), words
        assert re.search(r"[\u4e00-\u9fff]", svg.get("aria-label"))


def test_every_chart_names_its_axis_and_has_ticks(page):
    for svg in svgs(page):
        styles = [text.get("class") for text in svg.iter("text")]
        assert "axis-name" in styles
        assert sum(style.startswith("tick") for style in styles) >= 3
        assert any(line.get("class") == "zero" for line in svg.iter("line"))


def test_every_chart_is_drawn_for_desk_and_phone(page):
    widths = [svg.get("width") for svg in svgs(page)]
    assert widths.count("680") == widths.count("340") == len(widths) / 2


def test_everything_drawn_stays_on_the_sheet(page):
    for svg in svgs(page):
        width, height = float(svg.get("width")), float(svg.get("height"))
        for circle in svg.iter("circle"):
            assert 0 <= float(circle.get("cx")) <= width
            assert 0 <= float(circle.get("cy")) <= height
        for text in svg.iter("text"):
            assert 0 <= float(text.get("x")) <= width
            assert 0 <= float(text.get("y")) <= height


def test_every_figure_has_a_foot_with_sources_and_grade(page):
    figures = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert len(figures) == 27
    for figure in figures:
        foot = re.search(r'<div class="foot">(.*?)</div>', figure, re.DOTALL)[1]
        assert 'class="cite"' in foot
        assert 'class="grade"' in foot


def test_states_are_told_by_word_and_shape(page):
    lights = re.findall(r'<li class="(\w+)"><svg class="light (\w+)".*?</li>', page, re.DOTALL)
    assert lights
    for on_item, on_light in lights:
        assert on_item == on_light
    assert 'class="state">關閉<' in page
    assert 'class="state">SHUT<' not in page


def test_figures_open_their_derivation_in_place(page):
    main = page.split('<main id="zh-Hant"')[1].split("</main>")[0]
    cost = re.search(r"6\.87.{0,20}</summary>(.*?)</details>", main, re.DOTALL)[1]
    assert "cost_usd x rate" in cost
    assert "/study/facts/usd_cny/value" in cost
    assert "zh-Hant-source-6" in cost


@pytest.mark.parametrize(
    "part", ["worth", "futures", "sensitivities", "gates", "orders", "sources", "not_checked"]
)
def test_an_absent_part_leaves_its_section_out(result, part):
    lean = copy.deepcopy(result)
    empty = {"gates": [], "orders": [], "not_checked": [], "sources": {}}
    if part in empty:
        lean[part] = empty[part]
    else:
        del lean[part]
    page = render_html(lean, language="en")
    assert read(page).open == []
    assert ("⟨" in page) is False
    if part in ("worth", "futures", "sensitivities", "gates", "sources"):
        assert f'id="en-{part}"' not in page


def test_the_least_result_still_makes_a_page():
    least = {"study": {}, "clocks": {}, "sources": {}, "derivations": {}}
    least |= {"gates": [], "orders": [], "not_checked": []}
    assert read(render_html(least, language="en")).open == []


def test_a_broken_result_is_refused(result):
    with pytest.raises(InputError, match="orders"):
        render_html({**result, "orders": {}}, language="en")


def test_an_unknown_state_is_refused_with_its_place(result):
    result["gates"][0]["row"][2]["state"] = "ajar"
    with pytest.raises(InputError, match="/gates/0/row/2/state"):
        render_html(result, language="en")


def test_numbers_that_are_none_show_as_unknown(result):
    result["orders"][0]["cost_cny"] = float("nan")
    result["sensitivities"]["cap"][0]["change"] = float("inf")
    result["worth"][0]["ratio"]["p95"] = float("inf")
    page = render_html(result, language="en")
    assert not re.search(r"\b(nan|inf)\b", page.split("</style>")[1], re.IGNORECASE)


def test_a_source_of_a_later_day_is_marked(result):
    assert "only after the day" not in render_html(result, language="en")
    result["sources"]["fx-2026-01"]["known_on"] = "2026-01-26"
    assert render_html(result, language="en").count("only after the day") == 1


def test_null_figures_show_as_unknown(result):
    result["orders"][0]["cost_cny"] = None
    page = render_html(result, language="en")
    row = re.search(r"<tbody>\s*<tr>.*?</tr>", page, re.DOTALL)[0]
    assert ">?<" in row


def test_a_page_is_the_same_every_time(result):
    assert render_html(result, language="en") == render_html(result, language="en")
