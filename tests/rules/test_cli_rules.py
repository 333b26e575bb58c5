"""The verbs of the rulebook: exit status, JSON for programs, eighty columns for people."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from narrows.cli.classify import classify
from narrows.cli.clocks import clocks
from narrows.cli.rules import check
from narrows.cli.rules_case import LegWords, Stated
from narrows.cli.rules_tables import diff, listing, timeline
from narrows.core import COMPILED_ON, InputError, UnknownNameError
from narrows.rules.classification_table import WRITTEN

PRODUCTS = Path(__file__).parents[1] / "data" / "rules" / "us_products.csv"
ON = date(2026, 2, 1)
CHINA = LegWords(destination="CN", headquarters=("CN",))
SCREENED = Stated(screened=True)


def _json(capsys):
    return json.loads(capsys.readouterr().out)


def test_classify_writes_one_row_for_each_product(tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert classify(PRODUCTS, output=out, in_force_on=date(2026, 11, 23)) == 0
    with out.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        assert tuple(reader.fieldnames) == WRITTEN
        rows = {row["chip_id"]: row for row in reader}
    with PRODUCTS.open(encoding="utf-8", newline="") as stream:
        assert list(rows) == [row["chip_id"] for row in csv.DictReader(stream)]
    assert rows["nv-h200-sxm"] == {
        "chip_id": "nv-h200-sxm",
        "tpp": "15832",
        "performance_density": "19.44963145",
        "paragraph_2022": "3A090.a",
        "paragraph": "3A090.a.1",
        "cn_review": "case_by_case",
        "tariff_band": "1",
        "answer": "determined",
        "missing": "",
    }
    assert str(out) in capsys.readouterr().out


def test_classify_answers_every_row_beside_those_it_refuses(tmp_path, capsys):
    with PRODUCTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    clean, out, whole = (tmp_path / f"{name}.csv" for name in ("in", "out", "whole"))
    classify(PRODUCTS, output=whole, in_force_on=date(2026, 11, 23))
    rows[1] |= {"bits": "wide"}
    rows[3] |= {"nonplanar_die": "N", "applicable_die_mm2": "800"}
    with clean.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*rows[0], "nonplanar_die"], restval="")
        writer.writeheader()
        writer.writerows(rows)
    capsys.readouterr()
    assert classify(clean, output=out, in_force_on=date(2026, 11, 23)) == 0
    before, after = (path.read_text(encoding="utf-8").splitlines()[1:] for path in (whole, out))
    assert [
        number for number, pair in enumerate(zip(before, after, strict=True)) if len({*pair}) > 1
    ] == [1, 3]
    unsettled = ",".join(["indeterminate"] * 5)
    assert after[1] == f"{rows[1]['chip_id']},,,{unsettled},bits"
    assert after[3] == f"{rows[3]['chip_id']},,,{unsettled},applicable_die_mm2"
    said = capsys.readouterr()
    assert f"{len(rows)} rows, 2 refused" in said.out
    first, second = said.err.splitlines()
    assert first.startswith(f"refused: {clean}:3: bits: ")
    assert "(got 'wide'); " in first
    assert second.startswith(f"refused: {clean}:5: applicable_die_mm2: ")


def test_check_is_negative_where_the_policy_is_denial(capsys):
    assert check("nv-b200", on=ON, leg=CHINA, stated=SCREENED) == 1
    said = capsys.readouterr().out
    assert "not on these facts" in said
    assert "us.fr.2023-23055" in said


def test_check_of_an_uncontrolled_part_is_not_negative(capsys):
    assert (
        check(
            "nv-l2",
            on=ON,
            leg=CHINA,
            stated=Stated(screened=True, fact=("other_primary_eccn=false",)),
        )
        == 0
    )
    assert "nothing found that asks for a licence" in capsys.readouterr().out


def test_check_as_json_names_outcome_answers_and_missing_facts(capsys):
    assert check("nv-h200-sxm", on=ON, as_json=True, leg=CHINA, stated=SCREENED) == 0
    tree = _json(capsys)
    assert tree["outcome"] == "finding_unsettled"
    answers = {one["question"]: one for one in tree["verdict"]["answers"]}
    assert answers["us.licence"]["answer"] == "required"
    assert answers["us.review"]["possible"] == ["case_by_case", "presumed_denial"]
    assert answers["us.review"]["missing"][0]["settles"]


def test_check_stands_on_the_day_that_it_is_told_to_know(capsys):
    check(
        "nv-h200-sxm", on=ON, as_known_on=date(2026, 1, 1), as_json=True, leg=CHINA, stated=SCREENED
    )
    answers = {one["question"]: one for one in _json(capsys)["verdict"]["answers"]}
    assert answers["us.review"]["answer"] == "presumed_denial"


def test_check_knows_no_chip_before_it_was_public():
    with pytest.raises(UnknownNameError):
        check("nv-b200", on=date(2023, 1, 1), leg=CHINA, stated=SCREENED)


def test_check_reads_facts_and_a_register_from_files(tmp_path, capsys):
    facts = tmp_path / "facts.yaml"
    facts.write_text("supercomputer_end_use: true\n")
    assert (
        check("nv-l2", on=ON, as_json=True, leg=CHINA, stated=Stated(screened=True, facts=facts))
        == 0
    )
    licence = {one["question"]: one["answer"] for one in _json(capsys)["verdict"]["answers"]}
    assert licence["us.licence"] == "required"
    register = tmp_path / "register.yaml"
    register.write_text("- {chip_id: nv-l2, told_on: 2025-05-02}\n")
    stated = Stated(screened=True, register=register)
    check("nv-l2", on=ON, as_json=True, leg=CHINA, stated=stated)
    licence = {one["question"]: one["answer"] for one in _json(capsys)["verdict"]["answers"]}
    assert licence["us.licence"] == "required"


@pytest.mark.parametrize("fact", ["nonsense", "nope=1", "supercomputer_end_use=perhaps"])
def test_check_refuses_an_odd_fact(fact):
    with pytest.raises(InputError):
        check("nv-l2", on=ON, leg=CHINA, stated=Stated(screened=True, fact=(fact,)))


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_every_answer_fits_the_terminal_and_has_its_words(lang, capsys):
    check("nv-h200-sxm", on=ON, lang=lang, everything=True, leg=CHINA, stated=SCREENED)
    timeline(lang=lang)
    clocks(lang=lang)
    said = capsys.readouterr().out
    assert "⟨" not in said
    if lang == "en":
        assert max(map(len, said.splitlines())) <= 80


def test_timeline_shows_the_parts_made_for_china(capsys):
    timeline(as_json=True)
    tree = _json(capsys)
    a800 = dict(zip(tree["dates"], tree["cells"]["codified"]["nv-a800-sxm"], strict=True))
    assert a800["2023-11-17"] == "presumed_denial"
    assert a800["2026-01-15"] == "case_by_case"


def test_list_shows_cards_in_force_with_their_citations(capsys):
    listing(on=date(2023, 1, 1), side="us", as_json=True)
    cards = {row[0]: row for row in _json(capsys)}
    assert "us.2022.3a090" in cards
    assert "us.window.review" not in cards
    listing(facts=True, as_json=True)
    assert "tpp" in {row[0] for row in _json(capsys)}


def test_diff_shows_what_a_bill_would_change(capsys):
    diff(on=date(2026, 12, 1), setting=("us.bill.s3374.enacted=on",), as_json=True)
    rows = _json(capsys)
    assert {
        "chip": "nv-h200-sxm",
        "question": "us.review",
        "before": None,
        "after": "denied",
    } in rows


def test_diff_refuses_a_setting_without_a_value():
    with pytest.raises(InputError):
        diff(on=ON, setting=("us.window.tpp_max",))


def test_clocks_as_json_have_day_and_days_left(capsys):
    clocks(from_day=date(2026, 11, 1), as_json=True)
    found = {one["record"]: one for one in _json(capsys)}
    assert found["us.screen.affiliates"]["day"] == "2026-11-10"
    assert found["us.screen.affiliates"]["days_left"] == 9


def test_a_side_without_cards_is_refused(capsys):
    with pytest.raises(InputError, match=r"--side.*name one of: cn, .*us"):
        listing(side="uk")
    with pytest.raises(InputError, match="facts belong to no side"):
        listing(side="us", facts=True)
    assert listing(side="us", as_known_on=date(1900, 1, 1)) == 0
    assert not capsys.readouterr().out


@pytest.mark.parametrize("option", ["destination", "from_state", "headquarters"])
@pytest.mark.parametrize("code", ["UK", "NK", "EU", "China", "中國"])
def test_a_state_that_no_rule_could_list_is_refused(option, code):
    leg = {"destination": "CN", option: (code,) if option == "headquarters" else code}
    with pytest.raises(InputError, match="not the code of a state"):
        check("h200-sxm", leg=LegWords(**leg), on=ON)


@pytest.mark.parametrize("fact", ["end_user_headquarters=UK", "remote_user_states=[CN, UK]"])
def test_a_fact_that_names_no_state_is_refused(fact):
    with pytest.raises(InputError, match=r"UK.*ISO 3166-1"):
        check("h200-sxm", leg=CHINA, stated=Stated(fact=(fact,)), on=ON)


@pytest.mark.parametrize("known_on", [None, date(2100, 1, 1)])
def test_no_answer_claims_to_know_what_came_after_its_facts(known_on, capsys):
    check("b200", leg=CHINA, on=date(2100, 1, 1), as_known_on=known_on, as_json=True)
    assert _json(capsys)["verdict"]["known_on"] == COMPILED_ON.isoformat()
