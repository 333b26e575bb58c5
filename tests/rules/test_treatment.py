"""Chips by dates: the treatment changes, the silicon does not."""

from datetime import date

import pytest

from narrows.catalog import load_catalog
from narrows.core import COMPILED_ON
from narrows.rules import (
    DIRECT_EXPORT,
    SCREENED,
    Layer,
    Notice,
    Overlay,
    Posture,
    chip_facts,
    differences,
    load_pack,
    read_notices,
    timeline,
    turning_days,
    with_notices,
)

PACK = load_pack()
CATALOG = load_catalog()
NAMES = ("nv-a800-sxm", "nv-h800-sxm", "nv-h20", "nv-rtx4090d", "nv-h200-sxm", "nv-b200", "nv-l40")
CHIPS = [CATALOG.chips[name] for name in NAMES]
DAYS = (date(2023, 10, 30), date(2023, 12, 1), date(2024, 6, 1), date(2025, 6, 1), date(2026, 2, 1))
TABLE = timeline(PACK, CHIPS, DAYS)

D, C, F, N, U, NOT_YET, L = (
    "presumed_denial",
    "case_by_case",
    "free",
    "nac_notice",
    "unpublished",
    "not_announced",
    "licence",
)
EXPECTED = {
    (Layer.CODIFIED, "nv-a800-sxm"): (F, D, D, D, C),
    (Layer.CODIFIED, "nv-h800-sxm"): (F, D, D, D, C),
    (Layer.CODIFIED, "nv-h20"): (NOT_YET, F, F, F, F),
    (Layer.COMPANY_NOTICE, "nv-h20"): (NOT_YET, F, F, U, U),
    (Layer.CODIFIED, "nv-rtx4090d"): (NOT_YET, NOT_YET, F, F, F),
    (Layer.CODIFIED, "nv-b200"): (NOT_YET, NOT_YET, D, D, D),
    (Layer.CODIFIED, "nv-l40"): (F, N, N, N, N),
    (Layer.COMPANY_NOTICE, "nv-a800-sxm"): (L, L, L, L, L),
}


@pytest.mark.parametrize(("place", "words"), EXPECTED.items(), ids=str)
def test_treatment_by_layer_and_day(place, words):
    layer, chip = place
    assert TABLE.cells[layer][chip] == words


def test_changes_name_the_day_and_the_new_treatment():
    assert TABLE.changes(Layer.CODIFIED, "nv-a800-sxm") == (
        (date(2023, 10, 30), "free"),
        (date(2023, 12, 1), "presumed_denial"),
        (date(2026, 2, 1), "case_by_case"),
    )


def test_one_day_of_knowledge_for_the_whole_table():
    day = date(2026, 2, 1)
    blind = timeline(PACK, CHIPS[4:5], [day], known_on=date(2026, 1, 1))
    assert blind.cells[Layer.CODIFIED]["nv-h200-sxm"] == ("presumed_denial",)


def test_turning_days_hold_the_great_dates():
    days = turning_days(PACK, known_on=COMPILED_ON, until=COMPILED_ON)
    assert {date(2022, 10, 21), date(2023, 11, 17), date(2025, 4, 15), date(2026, 1, 15)} <= set(
        days
    )
    assert max(turning_days(PACK, known_on=COMPILED_ON, until=date(2024, 1, 1))) < date(2024, 1, 1)


def _cases():
    return {
        chip.id: {
            **{name: value for name, value in chip_facts(chip).items() if name in PACK.facts},
            **DIRECT_EXPORT,
            **SCREENED,
        }
        for chip in CATALOG.chips.values()
    }


def _regime(pack, on=date(2026, 12, 1), known_on=COMPILED_ON):
    return pack.at(on=on, known_on=known_on, posture=Posture.CAUTIOUS)


def test_a_bill_changes_answers_only_when_it_is_enacted():
    enacted = PACK.with_([Overlay(path="us.bill.s3374.enacted", value="on")])
    found = differences(_regime(PACK), _regime(enacted), _cases(), "us.review")
    changed = {one.case: one.after for one in found}
    assert changed["nv-h200-sxm"] == "denied"
    assert "nv-rtx4090" not in changed
    assert differences(_regime(PACK), _regime(PACK), _cases(), "us.review") == ()


def test_a_lower_line_of_the_window_shuts_out_what_it_held():
    lower = PACK.with_([Overlay(path="us.window.tpp_max", value=15000.0)])
    found = differences(_regime(PACK), _regime(lower), _cases(), "us.china_review")
    assert {one.case: (one.before, one.after) for one in found}["nv-h200-sxm"] == (
        "case_by_case",
        "presumed_denial",
    )


def test_what_a_year_of_knowledge_changes_for_the_same_day():
    on = date(2026, 1, 23)
    found = differences(
        _regime(PACK, on, date(2025, 11, 23)), _regime(PACK, on, on), _cases(), "us.china_review"
    )
    assert {one.case for one in found} >= {"nv-h200-sxm", "nv-h100-sxm", "amd-mi325x"}
    assert all((one.before, one.after) == ("presumed_denial", "case_by_case") for one in found)


def test_a_firms_own_notice_stands_beside_the_public_ones(tmp_path):
    path = tmp_path / "register.yaml"
    path.write_text("- {chip_id: nv-l2, told_on: 2025-05-02, lifted_on: 2025-09-01}\n")
    known_on = date(2026, 2, 1)
    pack = with_notices(PACK, read_notices(path), known_on=known_on)
    days = (date(2025, 5, 1), date(2025, 5, 2), date(2025, 9, 1))
    assert [_covered(pack, "nv-l2", day, known_on) for day in days] == ["false", "true", "false"]
    assert _covered(pack, "nv-h20", days[0], known_on) == "true"


def _covered(pack, chip, day, known_on):
    regime = pack.at(on=day, known_on=known_on)
    return regime.truth("us.notice.register", {"chip_id": chip, "destination": "CN"}).value


def test_a_firms_own_notice_brings_no_later_knowledge_in():
    known_on = date(2025, 1, 1)
    own = (Notice(chip_id="nv-l2", told_on=date(2024, 1, 1)),)
    pack = with_notices(PACK, own, known_on=known_on)
    assert _covered(pack, "nv-h20", date(2025, 6, 1), known_on) == "false"


def test_a_register_without_notices_before_the_first_public_one_changes_nothing():
    known_on = date(2022, 1, 1)
    pack = with_notices(PACK, (), known_on=known_on)
    assert pack.overlays == ()
    assert _covered(pack, "nv-h20", date(2022, 1, 1), known_on) == "false"
