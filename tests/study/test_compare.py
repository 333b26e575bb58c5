"""What changed between two results: every change made is found, and none that was not."""

import copy
import json

import pytest

from narrows.brief import render_terminal
from narrows.cli import main
from narrows.core import InputError
from narrows.study.compare import compare_results


@pytest.fixture
def later(h200):
    """The packaged result after a quarter: a gate shut, a price up, a belief down, a new order."""
    new = copy.deepcopy(h200)
    new["clocks"]["as_known_on"] = "2026-05-20"
    entry = next(one for one in new["gates"] if one["option"] == "h200")
    next(light for light in entry["row"] if light["gate"] == "customs")["state"] = "shut"
    for belief in new["futures"]["gates"]["h200"]:
        if belief["gate"] == "customs":
            belief["p_open"]["p50"] /= 2
    order = next(one for one in new["orders"] if one["system"] == "h200")
    order["price_usd"] *= 1.5
    order |= {"lots": 0.0, "chips": 0.0, "cost_cny": 0.0, "binding": []}
    return new


def ordered(document):
    """Chips of H200 ordered now, which every change of a model may move."""
    return next(one["chips"] for one in document["orders"] if one["system"] == "h200")


def test_a_result_does_not_differ_from_itself(h200):
    found = compare_results(h200, h200).document
    assert found["orders"] == []
    assert found["causes"] == []


def test_an_order_is_told_with_what_moved_of_its_own(h200, later):
    found = compare_results(h200, later).document
    (order,) = found["orders"]
    assert (order["system"], order["old"], order["new"]) == ("h200", ordered(h200), 0)
    assert order["new_cost_cny"] == 0.0
    kinds = [cause["kind"] for cause in order["because"]]
    assert kinds == sorted(kinds, key=["option", "gate", "belief", "fact", "speed", "rule"].index)
    assert set(kinds) == {"gate", "belief", "fact", "rule"}
    price = next(cause for cause in order["because"] if cause["kind"] == "fact")
    values = price["message"]["values"]
    assert values["what"] == "options/h200/price_usd"
    assert values["new"] == pytest.approx(1.5 * values["old"])


def test_only_what_moved_is_a_cause(h200, later):
    causes = compare_results(h200, later).document["causes"]
    moved = [(cause["kind"], cause["message"]["values"].get("gate")) for cause in causes]
    assert moved == [("gate", "customs"), ("belief", "customs"), ("fact", None)]


def test_turned_round_the_changes_turn_round(h200, later):
    there, back = compare_results(h200, later).document, compare_results(later, h200).document
    pairs = zip(there["orders"], back["orders"], strict=True)
    assert all((a["old"], a["new"]) == (b["new"], b["old"]) for a, b in pairs)
    assert len(there["causes"]) == len(back["causes"])


def test_an_option_that_came_is_told(h200):
    old = copy.deepcopy(h200)
    old["gates"] = [entry for entry in old["gates"] if entry["option"] != "h20"]
    causes = compare_results(old, h200).document["causes"]
    assert [cause["message"]["id"] for cause in causes] == ["compare.option_new"]


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_answer_fits_a_terminal_in_every_language(h200, later, language):
    said = render_terminal(compare_results(h200, later).document, language=language)
    lines = said.splitlines()
    assert len(lines) <= 24
    assert all(len(line) <= 80 for line in lines)
    assert "⟨" not in said
    assert f"{ordered(h200):,.0f}" in said


def test_the_verb_reads_folders_and_files(h200, later, tmp_path, capsys):
    for name, document in (("old", h200), ("new", later)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "result.json").write_text(json.dumps(document), encoding="utf-8")
    assert main(["diff", str(tmp_path / "old"), str(tmp_path / "new" / "result.json")]) == 0
    assert "moved with it" in capsys.readouterr().out
    assert main(["diff", str(tmp_path / "old"), str(tmp_path / "new"), "--json"]) == 0
    assert {"orders", "causes"} <= set(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{", "no JSON"), ("[]", "no result"), ('{"study": {}}', "lacks a part"), (None, "cannot be")],
)
def test_what_is_no_result_is_refused_with_its_name(tmp_path, capsys, text, problem):
    path = tmp_path / "result.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main(["diff", str(path), str(path)]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert str(path) in error
    assert error.count("\n") == 1


def test_parts_of_a_wrong_kind_are_passed_over(h200):
    odd = {**h200, "gates": {"a": 1}, "orders": [1, {"system": None}], "worth": None}
    assert compare_results(odd, odd).document["causes"] == []


def test_an_order_without_its_amount_is_refused_and_not_told_as_nothing(h200):
    lacking = copy.deepcopy(h200)
    order = next(one for one in lacking["orders"] if one["lots"] > 0)
    order["chips"] = None
    with pytest.raises(InputError, match=f"order of {order['system']} has no chips"):
        compare_results(lacking, h200)
