"""The answer to the H200 question: whole, traceable, and true to the rules."""

import math
from itertools import pairwise

import pytest
from tests.study.tracing import naked, numbers, unsourced

from narrows.core import resolve_pointer

PARTS = (
    "study", "clocks", "gates", "worth", "orders", "futures", "sensitivities", "not_checked",
    "sources", "derivations",
)  # fmt: skip


def test_the_parts_stand_in_order(h200):
    assert tuple(h200) == PARTS


def test_every_number_is_derived(h200):
    assert naked(h200) == []


def test_every_number_is_finite(h200):
    assert all(math.isfinite(value) for _, value in numbers(h200))


def test_every_derivation_says_how_and_leads_to_sources(h200):
    assert all(derivation["formula"] for derivation in h200["derivations"].values())
    assert unsourced(h200) == []


def simple(formula):
    return {
        "chips x price": math.prod,
        "chips x price in yuan": math.prod,
        "lots x chips a lot": math.prod,
        "price in dollars x rate": math.prod,
        "speed of the reference / speed of this": lambda values: values[0] / values[1],
        "power of the system / packages": lambda values: values[0] / values[1],
        "1 / chips a rack": lambda values: 1 / values[0],
    }.get(formula)


def test_simple_formulas_give_their_figures_again(h200):
    checked = 0
    for pointer, derivation in h200["derivations"].items():
        again = simple(derivation["formula"])
        value = resolve_pointer(h200, pointer)
        if again is None or value is None:
            continue
        values = [resolve_pointer(h200, child) for child in derivation["inputs"]]
        assert again(values) == pytest.approx(value), pointer
        checked += 1
    assert checked > 40


def test_only_what_the_rules_leave_a_way_for_is_ordered(h200):
    states = {
        entry["option"]: {light["gate"]: light["state"] for light in entry["row"]}
        for entry in h200["gates"]
    }
    for order in h200["orders"]:
        if order["lots"] > 0:
            assert states[order["system"]]["export_licence"] in ("open", "conditional")


def test_whole_servers_from_the_us_and_boards_through_taiwan_are_judged_apart(h200):
    licence = {
        entry["option"]: light["state"]
        for entry in h200["gates"]
        for light in entry["row"]
        if light["gate"] == "export_licence"
    }
    assert licence["h200"] == "conditional"
    # A hand-over inside China waits for one fact: whether the plant is named on the licence.
    assert licence["h200-boards"] == "unknown"
    assert licence["b200"] == "shut"


def test_lots_of_the_first_quarter_are_whole(h200):
    assert all(order["lots"] == pytest.approx(round(order["lots"])) for order in h200["orders"])


def test_the_share_is_priced_on_three_bases_and_never_helps(h200):
    points = h200["sensitivities"]["domestic_share"]
    assert {(p["basis"], p["share"]) for p in points} == {
        (basis, share) for basis in ("units", "tpp", "spend") for share in (0.0, 0.2, 0.5, 0.8)
    }
    for basis in ("units", "tpp", "spend"):
        changes = [p["change"] for p in points if p["basis"] == basis]
        assert all(late >= early - 1e-6 for early, late in pairwise(changes))


def test_options_without_a_public_fact_are_left_out_by_name(h200):
    left = {entry["id"]: entry for entry in h200["not_checked"] if "missing" in entry}
    assert "left_out.kunlun-p800" in left
    assert left["left_out.kunlun-p800"]["missing"]


def test_a_discretionary_gate_is_never_open_or_shut(h200):
    for entry in h200["gates"]:
        for light in entry["row"]:
            assert (light["p_low"] is not None) == (light["state"] == "discretionary")
