"""Figures remember how they were made; the layout lets a reader walk back."""

import pytest

from narrows.core import (
    Estimate,
    Figure,
    Grade,
    Obtained,
    interval_figures,
    lay_out,
    message,
    resolve_pointer,
)


def stated(value, name, grade=Grade.A):
    return Figure(value, "chip", "stated", sources=("s",), grade=grade, name=name)


def test_every_input_pointer_resolves_to_the_value():
    npus, dies = stated(8192, "npus"), stated(144, "dies", Grade.C)
    ratio = Figure(8192 / 144, "1", "npus / dies", (npus, dies))
    laid = lay_out({"worth": [{"ratio": ratio}], "facts": {}}, facts_at="/facts")
    derivation = laid.derivations["/worth/0/ratio"]
    values = [resolve_pointer(laid.tree, pointer) for pointer in derivation["inputs"]]
    assert values == [8192, 144]
    assert derivation["grade"] == "C"
    assert laid.derivations["/facts/npus/value"]["sources"] == ["s"]


def test_a_figure_placed_twice_is_derived_in_both_places():
    figure = stated(1, "one")
    laid = lay_out({"a": figure, "b": [figure], "facts": {}}, facts_at="/facts")
    assert set(laid.derivations) == {"/a", "/b/0"}


def test_equal_names_do_not_overwrite_each_other():
    total = Figure(3, "chip", "a + b", (stated(1, "x"), stated(2, "x")))
    laid = lay_out({"total": total, "facts": {}}, facts_at="/facts")
    assert {entry["value"] for entry in laid.tree["facts"].values()} == {1, 2}


def test_slashes_and_tildes_in_keys_are_escaped():
    laid = lay_out({"a/b~c": stated(1, "x"), "facts": {}}, facts_at="/facts")
    (pointer,) = laid.derivations
    assert pointer == "/a~1b~0c"
    assert resolve_pointer(laid.tree, pointer) == 1


def test_a_figure_without_origin_is_refused():
    with pytest.raises(ValueError, match="inputs or sources"):
        Figure(1, "chip", "because")


def test_a_tree_with_strange_things_is_refused():
    with pytest.raises(TypeError, match="lay out"):
        lay_out({"facts": {}, "x": object()}, facts_at="/facts")


def test_missing_pointers_are_key_errors():
    with pytest.raises(KeyError):
        resolve_pointer({"a": [1]}, "/a/7")


def test_messages_and_intervals_lay_out():
    interval = interval_figures(
        Estimate(1, 2, 3, unit="1", obtained=Obtained.FIRST_GUESS), "a / b", [stated(1, "x")]
    )
    tree = {"facts": {}, "m": message("core.test.hello", n=stated(4, "y")), "i": interval}
    laid = lay_out(tree, facts_at="/facts")
    assert laid.tree["m"] == {"id": "core.test.hello", "values": {"n": 4}}
    assert laid.tree["i"]["how"] == "first_guess"
    assert "/m/values/n" in laid.derivations


def test_a_grade_is_asked_of_each_figure_once():
    graded = Figure(1, "chip", "stated", sources=("s",), grade=Grade.B)
    for _ in range(200):
        graded = Figure(1, "chip", "a + b", (graded, graded))
    assert graded.weakest_grade is Grade.B
