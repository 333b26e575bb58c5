"""A study compares all systems with one reference and tells legs, duties and collisions."""

import re

import pytest

from narrows.brief import render_html


def said(text):
    return {"id": "study.note", "values": {"text": text}}


@pytest.fixture
def studied(result):
    """The fixture as a study writes it."""
    for row in result["worth"]:
        row["system"], row["name"] = row.pop("against"), {"en": "Ascend 910C", "zh-Hant": "昇騰"}
    result["worth"].append({"workload": "training", "system": "h200", "message": said("no")})
    result["futures"]["capability_unit"] = "h200"
    reading = {"gate": "customs", "state": "shut", "message": said("x"), "evidence": []}
    result["gates"][0]["legs"] = [
        {
            "id": "main", "origin": "US", "destination": "CN", "movement": "export",
            "purpose": "deploy", "row": [reading],
        }
    ]  # fmt: skip
    result["gates"][0]["conflicts"] = [said("one rule forbids what another asks")]
    result["gates"][0]["duties"] = [{"message": said("25 % on landing"), "cites": ["bis-2026-01"]}]
    result["clocks"]["posture"] = "cautious"
    for point in result["sensitivities"]["domestic_share"]:
        point["cost_cny"] = 7.0 * point.pop("cost_usd")
    result["sensitivities"]["domestic_share"][-1] |= {"cost_cny": None, "change": None}
    return result


def test_worth_names_the_reference(studied):
    page = render_html(studied, language="en")
    assert "One H200 does the work of 2.3 (1.7-3.1) Ascend 910C in training" in page.replace(
        "\u00a0", " "
    )
    assert "packages that do the work of one H200" in page


def test_capability_counts_in_the_reference(studied):
    assert "H200 equivalents" in render_html(studied, language="en")


def test_legs_conflicts_and_duties_are_told(studied):
    page = render_html(studied, language="en")
    assert "United States to mainland China: export, deployment" in page
    assert "one rule forbids what another asks" in page
    assert "25 % on landing" in page
    assert "Read as: the strictest of all layers" in page


def test_a_share_without_a_plan_is_told_and_not_drawn(studied):
    page = render_html(studied, language="en")
    assert "no plan exists" in page
    found = re.search(r"A domestic share of 80[^<]*", page)[0]
    assert "costs +29 to +46" in found.replace("\u00a0", " ")


def test_what_is_not_ordered_stands_apart_with_its_reason(studied):
    main = render_html(studied, language="en").split("</main>")[0]
    rest = main.split("Not ordered, and why")[1].split("</table>")[0]
    assert "H20" in rest
    assert "dearer than others for the same work" in rest
