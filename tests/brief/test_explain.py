import pytest

from narrows.brief import explain
from narrows.core import UnknownNameError


def test_every_figure_walks_to_a_source(result):
    for pointer in result["derivations"]:
        told = explain(result, pointer, language="en")
        assert told.startswith(f"{pointer} = ")
        assert "source: " in told


def test_a_figure_is_told_once_and_then_referred_to(result):
    told = explain(result, "/orders/0", language="en")
    assert told.count("/orders/0/lots = 12 lot") == 3
    assert told.count("/orders/0/lots = 12 lot  (see above)") == 2


def test_an_order_tells_its_reason_rules_and_flags(result):
    told = explain(result, "/orders/0", language="en").splitlines()
    assert told[0].startswith("The cheapest useful work")
    assert told[1] == "Held by a rule: power at the site."
    assert "Gate US licence: conditional." in told


def test_an_unknown_pointer_is_refused_with_near_ones(result):
    with pytest.raises(UnknownNameError) as refused:
        explain(result, "/orders/0/cost_usb", language="en")
    assert "/orders/0/cost_usd" in refused.value.near


def test_a_pointer_to_a_text_is_refused(result):
    with pytest.raises(UnknownNameError):
        explain(result, "/study/name", language="en")


def test_derivations_that_go_round_end(result):
    result["derivations"] = {
        "/a": {"formula": "b", "unit": "1", "inputs": ["/b"], "sources": [], "grade": "D"},
        "/b": {"formula": "a", "unit": "1", "inputs": ["/a"], "sources": [], "grade": "D"},
    }
    result |= {"a": 1, "b": 2}
    told = explain(result, "/a", language="en")
    assert told.count("/a = 1") == 2


def test_a_long_list_of_figures_is_cut_and_says_so(result):
    for index in range(500):
        pointer = f"/study/facts/many/{index}"
        result["derivations"][pointer] = {
            "formula": "stated", "unit": "1", "inputs": [], "sources": ["fx-2026-01"],
        }  # fmt: skip
    told = explain(result, "/study/facts/many", language="en")
    assert told.rstrip().endswith("(300 more figures; name one of them)")


def test_unknown_values_are_told_as_unknown(result):
    result["orders"][0]["cost_usd"] = None
    assert "/orders/0/cost_usd = unknown" in explain(result, "/orders/0/cost_cny", language="en")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("assumed in the study", "算式: 研究中的假設"),
        ("p05 of `30 to 60 MW`, stated", "算式: p05 of `30 to 60 MW`, 列明"),
        ("chips x price", "算式: 枚數 x 單價"),
        ("a / b", "算式: a / b"),
    ],
)
def test_where_a_figure_comes_from_is_said_in_the_language_of_the_reader(result, written, told):
    result["derivations"]["/orders/0/cost_usd"]["formula"] = written
    lines = explain(result, "/orders/0/cost_usd", language="zh-Hant").splitlines()
    assert told in lines[1]
    assert written in explain(result, "/orders/0/cost_usd", language="en")
