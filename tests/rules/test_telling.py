"""Verdicts in messages: every id has a text, every line its place in the law, and no clearance."""

import json
import re
from datetime import date

import pytest

from narrows.brief import text
from narrows.rules import (
    DIRECT_EXPORT,
    SCREENED,
    Outcome,
    Posture,
    footer,
    load_pack,
    outcome,
    told,
    verdict_tree,
)

PACK = load_pack()
ON = date(2026, 2, 1)
H200 = {
    "dense_tops": 1979.0, "bits": 8.0, "applicable_die_mm2": 814.0,
    "dram_bandwidth_gb_s": 4800.0, "io_bidirectional_gb_s": 1028.0, "datacentre_marketed": True,
    "chip_id": "nv-h200-sxm", "item_form": "server", "exporter_is_fab_or_osat": False,
}  # fmt: skip
B200 = {**H200, "dense_tops": 9000.0, "bits": 4.0, "dram_bandwidth_gb_s": 7700.0}
L2 = {**H200, "dense_tops": 193.0, "applicable_die_mm2": 294.0, "chip_id": "nv-l2"}
PAPERS = {
    "us_available_on_cutoff": True, "us_units_stated": True, "us_supply_sufficient": True,
    "no_foundry_diversion": True, "cap_ratio": 0.1, "end_use_screened_clean": True,
    "remote_users_disclosed": True, "kyc_in_place": True, "cloud_terms_in_place": True,
    "lab_headquarters": "US", "lab_controlled_from": frozenset(), "lab_tests_in_us": True,
    "lab_interest_in_parties": False, "lab_recognised": True, "lab_sample_from_shipment": True,
    "lab_certificate_sent": True, "other_primary_eccn": False, "veu_authorised": False,
}  # fmt: skip
ASKED = ("us.paragraph", "us.licence", "us.exception", "us.review")


def _verdict(facts, *questions, posture=Posture.ENFORCED, **more):
    regime = PACK.at(on=ON, known_on=ON, posture=posture)
    return regime.decide({**facts, **DIRECT_EXPORT, **SCREENED, **more}, *(questions or ASKED))


def _lines(told_line):
    yield told_line
    for child in told_line.below:
        yield from _lines(child)


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_every_line_has_a_text_in_every_language(language):
    regime = PACK.at(on=ON, known_on=ON, posture=Posture.CAUTIOUS)
    verdict = regime.decide({**H200, **DIRECT_EXPORT, **SCREENED})
    lines = [line.message for top in told(verdict, PACK) for line in _lines(top)]
    sentences = [text(one, language=language) for one in (*lines, footer(verdict))]
    assert len(sentences) > 100
    assert not [sentence for sentence in sentences if "⟨" in sentence]


def test_the_words_are_of_findings_and_never_of_clearance():
    verdict = _verdict(L2)
    said = " ".join(
        text(line.message, language="en") for t in told(verdict, PACK) for line in _lines(t)
    )
    assert not re.search(r"\b(cleared|permitted|allowed|approved by|you may|legal to)\b", said)
    assert "not clearance" in text(footer(verdict), language="en")


def test_every_card_line_cites_a_place_in_the_law():
    for top in told(_verdict(H200), PACK):
        for line in _lines(top):
            if line.message.id == "rules.card.truth":
                assert line.cites


def test_a_verdict_names_both_days_the_posture_and_the_pack():
    values = footer(_verdict(H200)).values
    assert (values["on"], values["known_on"], values["posture"]) == (ON, ON, "enforced")
    assert re.fullmatch(r"[0-9a-f]{12}", str(values["pack"]))


def test_json_is_plain_and_stable():
    trees = [json.dumps(verdict_tree(_verdict(H200), PACK), sort_keys=True) for _ in range(2)]
    assert trees[0] == trees[1]
    answers = {one["question"]: one for one in json.loads(trees[0])["answers"]}
    assert answers["us.paragraph"]["answer"] == "3A090.a.1"
    assert answers["us.review"]["possible"] == ["case_by_case", "presumed_denial"]


def test_missing_facts_are_ranked_by_whether_they_decide():
    missing = _verdict(H200).missing("us.review")
    settling = [one.settles for one in missing]
    assert settling == sorted(settling, reverse=True)
    assert {"us_available_on_cutoff", "kyc_in_place", "cap_ratio"} <= {one.fact for one in missing}


OF_THE_WINDOW = ("us_", "no_", "kyc", "cloud", "lab", "end")


def test_with_every_paper_the_review_is_case_by_case_and_without_one_it_is_denial():
    whole = _verdict(H200, **PAPERS).answer("us.review")
    assert whole.word == "case_by_case"
    for paper, value in PAPERS.items():
        if isinstance(value, bool) and paper.startswith(
            ("us_", "no_", "kyc", "cloud", "lab", "end")
        ):
            broken = _verdict(H200, **{**PAPERS, paper: not value}).answer("us.review")
            assert broken.word == "presumed_denial", paper


OUTCOMES = {
    "shut": (B200, {}, Outcome.SHUT),
    "open": (L2, PAPERS, Outcome.OPEN),
    "conditional": (H200, PAPERS, Outcome.CONDITIONAL),
    "unsettled": (H200, {}, Outcome.UNSETTLED),
}


@pytest.mark.parametrize(("facts", "more", "expected"), OUTCOMES.values(), ids=OUTCOMES)
def test_headline(facts, more, expected):
    assert outcome(_verdict(facts, **more)) is expected


def test_layers_are_shown_apart_and_the_strictest_wins_when_cautious():
    japan = {"destination": "JP", "party_headquarters": frozenset({"US", "JP"})}
    on = date(2026, 2, 1)
    words = {
        posture: PACK.at(on=on, known_on=on, posture=posture)
        .decide({**H200, **DIRECT_EXPORT, **SCREENED, **japan}, "us.licence")
        .answer("us.licence")
        .word
        for posture in Posture
    }
    assert words == {
        Posture.CODIFIED: "required",
        Posture.ENFORCED: "not_required",
        Posture.CAUTIOUS: "required",
    }


def test_hong_kong_counts_as_china_and_macau_apart():
    for destination in ("CN", "HK", "MO"):
        facts = {**B200, **DIRECT_EXPORT, **SCREENED, "destination": destination}
        regime = PACK.at(on=ON, known_on=ON)
        assert regime.decide(facts, "us.review").answer("us.review").word == "presumed_denial"


def test_servers_out_of_taiwan_fall_outside_the_window():
    taiwan = {"leg_from": "TW", "movement": "reexport", "us_technology": True}
    assert _verdict(H200, **PAPERS, **taiwan).answer("us.review").word == "presumed_denial"
    assert _verdict(H200, **PAPERS).answer("us.review").word == "case_by_case"
