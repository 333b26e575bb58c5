"""A route written down by a person: read strictly, judged, and printed."""

import json
from datetime import date

import pytest

from narrows.cli.rules_route import route as route_verb
from narrows.cli.rules_route import statements
from narrows.core import Gate, GateState, InputError, UnknownNameError
from narrows.rules import judge_route, packaged_routes, read_route, route_tree


def judged(name, world):
    return judge_route(world.pack, read_route(name), catalog=world.catalog)


@pytest.fixture
def spoilt(tmp_path):
    from narrows.catalog import data_root

    source = data_root() / "rules" / "cn" / "routes" / "h200-whole.yaml"

    def spoil(old, new):
        path = tmp_path / "mine.yaml"
        text = source.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return spoil


def test_the_two_packaged_ways_differ_by_the_hand_over(world):
    boards, whole = (judged(name, world) for name in ("h200-boards", "h200-whole"))
    gate = Gate.EXPORT_LICENCE
    assert (boards.gate(gate).state, boards.gate(gate).leg) == (GateState.UNKNOWN, "hand_over")
    assert whole.gate(gate).state is GateState.CONDITIONAL
    assert "both_named_on_licence" in boards.missing
    assert "both_named_on_licence" not in whole.missing


def test_every_packaged_route_is_judged_and_laid_out(world):
    for name in packaged_routes():
        tree = route_tree(judged(name, world))
        assert json.loads(json.dumps(tree)) == tree
        assert [row["gate"] for row in tree["row"]] == [gate.value for gate in Gate]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("buyer_type: private_platform", "buyer_kind: private_platform", "buyer_type"),
        ("group: alibaba", "grup: alibaba", "grup"),
        ("movement: transfer", "movement: export", "called export"),
        ("military: false", "military: perhaps", "military"),
        ("on: 2026-01-23", "on: yesterday", "on"),
        ("us_use: none", "us_usee: none", "no such fact"),
        ("consignee: cloud", "consignee: clowd", "not described"),
        ("destination: CN", "destination: UK", "destination"),
        ("country: CN", "country: UK", "country: not the code of a state"),
        ("headquarters: CN", "headquarters: UK", "headquarters: not the code of a state"),
        ("  site: CN", "  site: UK", "site: not the code of a state"),
        ("  site: CN", "  site: CN\n  province: Shanghai", "province"),
        ("{id: whole", "{id: build", "two legs have one id"),
        ("{id: maker, name", "{id: cloud, name", "two parties have one id"),
    ],
)
def test_a_bad_route_gives_one_line_with_the_fault(world, spoilt, old, new, problem):
    path = spoilt(old, new)
    with pytest.raises(InputError) as error:
        judge_route(world.pack, read_route(path), catalog=world.catalog)
    assert problem in str(error.value)
    assert "\n" not in str(error.value)


def test_a_buyer_type_is_required(world, spoilt):
    with pytest.raises(InputError, match="buyer_type"):
        read_route(spoilt("buyer_type: private_platform, ", ""))


def test_a_chip_that_was_not_public_yet_is_not_known(world, spoilt):
    path = spoilt("on: 2026-01-23", "on: 2026-01-23\nknown_on: 2022-06-30")
    with pytest.raises(UnknownNameError):
        judge_route(world.pack, read_route(path), catalog=world.catalog)


def test_an_unknown_name_lists_the_packaged_routes():
    with pytest.raises(UnknownNameError, match="h200-boards"):
        read_route("h200-board")


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_verb_speaks_three_languages_without_a_gap(capsys, language):
    assert route_verb("h200-boards", lang=language) == 0
    printed = capsys.readouterr().out
    assert "⟨" not in printed
    assert "…" not in printed
    assert max(len(line) for line in printed.splitlines()) <= 80


def test_verb_prints_json_with_the_layers(capsys):
    assert route_verb("h200-whole", as_json=True) == 0
    tree = json.loads(capsys.readouterr().out)
    assert set(tree["layers"]) == {"codified", "enforced", "company_notice", "informal"}
    assert tree["posture"] == "cautious"


def test_statements_then_and_now(capsys):
    assert statements(on=date(2026, 1, 23), beside=date(2026, 11, 23)) == 0
    printed = capsys.readouterr().out
    assert "no formal ban" in printed
    assert "⟨" not in printed
    assert statements(on=date(2026, 1, 23), as_json=True) == 0
    assert len(json.loads(capsys.readouterr().out)) == 13
