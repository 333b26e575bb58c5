"""Classification against what was published, at the lines, and where figures are missing."""

import csv
import time
from datetime import date
from pathlib import Path

import pytest
import yaml

from narrows.core import InputError, Truth
from narrows.rules import (
    DIRECT_EXPORT,
    SCREENED,
    Classifier,
    FactKind,
    Layer,
    Posture,
    RefusedProduct,
    as_fact,
    load_pack,
    number_column,
    read_products,
    word_column,
    write_classifications,
)
from narrows.rules.classification_table import WRITTEN
from narrows.rules.product_table import OPTIONAL, REQUIRED

DATA = Path(__file__).parents[1] / "data" / "rules"
TODAY = date(2026, 11, 23)
PACK = load_pack()
CLASSIFIER = Classifier(PACK, on=TODAY, known_on=TODAY)
CONFLICTS = yaml.safe_load((DATA / "us_conflicts.yaml").read_text(encoding="utf-8"))
BOUNDARIES = yaml.safe_load((DATA / "us_boundaries.yaml").read_text(encoding="utf-8"))
REGISTER_NAMES = {"int-gaudi2": "intel-gaudi2", "int-gaudi3": "intel-gaudi3"}
ROUNDING = 1e-3
"""Trackers print TPP without decimals; a larger difference is a conflict and listed as one."""


def _rows():
    with (DATA / "us_products.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


ROWS = _rows()
BY_ID = {row["chip_id"]: row for row in ROWS}
PRODUCTS = dict(zip(BY_ID, read_products(DATA / "us_products.csv"), strict=True))
DIFFERING = {(one["chip_id"], one["differs"]) for one in CONFLICTS["conflicts"]}


def _classified(path, tmp_path):
    out = tmp_path / "out.csv"
    write_classifications(
        out, map(CLASSIFIER.classify, read_products(path)), on_refused=pytest.fail
    )
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _table(tmp_path, *rows, header=(*REQUIRED, *OPTIONAL)):
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["tpp_published"]], ids=lambda r: r["chip_id"]
)
def test_tpp_is_as_published_or_a_listed_conflict(row):
    published = float(row["tpp_published"])
    ours = CLASSIFIER.classify(PRODUCTS[row["chip_id"]]).tpp
    agrees = ours == pytest.approx(published, rel=ROUNDING)
    assert agrees != ((row["chip_id"], "tpp") in DIFFERING), (ours, published)


def _facts(row, **more):
    facts = CLASSIFIER.facts(PRODUCTS[row["chip_id"]])
    chip_id = REGISTER_NAMES.get(row["chip_id"], row["chip_id"])
    return {**facts, **DIRECT_EXPORT, **SCREENED, "chip_id": chip_id, **more}


def _licence(row, on, layer):
    regime = PACK.at(on=on, known_on=TODAY, posture=Posture.CAUTIOUS)
    return regime.decide(_facts(row), "us.licence").answer("us.licence").in_layer(layer).truth


def _truth(row, card, on, **more):
    return PACK.at(on=on, known_on=TODAY).truth(card, _facts(row, **more))


def _paragraph(row):
    return CLASSIFIER.classify(PRODUCTS[row["chip_id"]]).paragraph


def _review(row):
    return CLASSIFIER.classify(PRODUCTS[row["chip_id"]]).cn_review


def _band(row):
    return CLASSIFIER.classify(PRODUCTS[row["chip_id"]]).tariff_band


RULE_OF_2023 = date(2023, 11, 17)
NOTICES_OF_2025 = date(2025, 4, 30)
CHECKS = {
    "licence_2023": lambda r: _licence(r, RULE_OF_2023, Layer.CODIFIED) is Truth.TRUE,
    "free_2022": lambda r: _licence(r, date(2023, 1, 1), Layer.CODIFIED) is Truth.FALSE,
    "controlled_2023": lambda r: _paragraph(r) not in ("none", "indeterminate"),
    "not_3a090": lambda r: _paragraph(r) == "none",
    "a1_2023": lambda r: _paragraph(r) == "3A090.a.1" and PRODUCTS[r["chip_id"]].marketed == "Y",
    "a2_2023": lambda r: _paragraph(r) == "3A090.a.2",
    "below_a1": lambda r: "3A090.a.1" not in _paragraph(r),
    "notified_2023": lambda r: _review(r) == "nac_notice",
    "case_by_case_2026": lambda r: _review(r) == "case_by_case",
    "presumed_denial_2026": lambda r: _review(r) == "presumed_denial",
    "band_1": lambda r: _band(r) == "1",
    "band_2": lambda r: _band(r) == "2",
    "band_none": lambda r: _band(r) == "none",
    "notice_2025": lambda r: _truth(r, "us.notice.register", NOTICES_OF_2025) is Truth.TRUE,
    "reported_lines_2025": lambda r: (
        _truth(r, "us.notice.reported_lines", NOTICES_OF_2025) is Truth.TRUE
    ),
    "gp10_2025": lambda r: (
        _truth(r, "us.gp10.presumption", TODAY, gp10_dealing=True, technical_analysis_only=False)
        is Truth.TRUE
    ),
}
"""What each published treatment of us_products.csv demands of the rulebook."""

PUBLISHED = [(row, token) for row in ROWS for token in row["published"].split()]
PUBLISHED_NAMES = [f"{row['chip_id']}-{token}" for row, token in PUBLISHED]


@pytest.mark.parametrize(("row", "token"), PUBLISHED, ids=PUBLISHED_NAMES)
def test_treatment_is_as_published_or_a_listed_conflict(row, token):
    assert CHECKS[token](row) != ((row["chip_id"], token) in DIFFERING)


def test_every_published_treatment_has_a_source():
    assert [
        row["chip_id"] for row in ROWS if row["published"] and not row["published_source"]
    ] == []


def test_every_conflict_gives_its_reason():
    assert all(one["because"] and one["chip_id"] in BY_ID for one in CONFLICTS["conflicts"])


VARIANTS = CONFLICTS["variants"]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: f"{v['chip_id']}: {v['name']}")
def test_other_reading_of_a_product(variant, tmp_path):
    row = {name: BY_ID[variant["chip_id"]][name] for name in REQUIRED} | variant["instead"]
    found = _classified(_table(tmp_path, row), tmp_path)[0]
    assert {name: found[name] for name in variant["then"]} == variant["then"]


@pytest.mark.parametrize("case", BOUNDARIES["rows"], ids=str)
def test_row_at_a_line(case, tmp_path):
    tpp = float(case["tpp"])
    die = case.get("die") or (repr(tpp / case["pd"]) if "pd" in case else "")
    row = {
        "chip_id": "x", "vendor": "NVIDIA", "dc_marketed": case["dc"], "tpp_published": case["tpp"],
        "applicable_die_mm2": die, "dram_bw_GBps": case.get("dram", ""),
        "io_bidirectional_GBps": case.get("io", ""),
    }  # fmt: skip
    found = _classified(_table(tmp_path, row), tmp_path)[0]
    expected = {name: case[name] for name in WRITTEN if name in case and name != "tpp"}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("call", BOUNDARIES["calls"], ids=str)
def test_call_at_a_line(call):
    facts = {name: as_fact(value) for name, value in call["given"].items()}
    truth = PACK.at(on=date(2026, 2, 1), known_on=TODAY).truth(call["card"], facts)
    assert truth is {True: Truth.TRUE, False: Truth.FALSE}.get(call["then"], Truth.UNKNOWN)


OPEN_PRODUCTS = {
    "nv-rtxpro6000d": "dense_tops;bits",
    "nv-rtx6000ada": "dc_marketed",
    "amd-mi308x": "applicable_die_mm2;dram_bw_GBps",
    "goo-tpuv3": "applicable_die_mm2",
    "goo-tpuv5p": "io_bidirectional_GBps",
    "tsla-d1": "io_bidirectional_GBps",
    "aws-inf2": "applicable_die_mm2",
    "aws-trn1": "applicable_die_mm2",
    "qcom-ai100-soc": "applicable_die_mm2",
    "cam-mlu370x8": "applicable_die_mm2",
    "kl-r200": "applicable_die_mm2",
    "mx-c500": "applicable_die_mm2",
    "mt-s4000": "applicable_die_mm2",
}


def test_products_with_unknown_inputs_are_indeterminate_and_name_them(tmp_path):
    found = _classified(DATA / "us_products.csv", tmp_path)
    assert len(found) == len(ROWS)
    open_rows = {
        row["chip_id"]: row["missing"] for row in found if row["answer"] == "indeterminate"
    }
    assert open_rows == OPEN_PRODUCTS
    assert all(not row["missing"] for row in found if row["answer"] == "determined")


def test_no_dram_is_a_value_and_not_a_gap(tmp_path):
    row = {"chip_id": "sram", "origin": "US", "dc_marketed": "Y", "tpp_published": "9600"}
    row["dram_bw_GBps"] = "0"
    assert _classified(_table(tmp_path, row), tmp_path)[0]["cn_review"] == "case_by_case"


def test_planar_part_meets_no_density_line(tmp_path):
    row = {"chip_id": "old", "dc_marketed": "Y", "tpp_published": "2500", "nonplanar_die": "N",
           "io_bidirectional_GBps": "64", "dram_bw_GBps": "500"}  # fmt: skip
    found = _classified(_table(tmp_path, row), tmp_path)[0]
    assert (found["paragraph"], found["answer"]) == ("none", "determined")


def test_published_tpp_counts_only_where_the_rate_or_width_is_blank(tmp_path):
    rows = (
        {
            "chip_id": "both",
            "dc_marketed": "Y",
            "dense_tops": "100",
            "bits": "8",
            "tpp_published": "9000",
        },
        {"chip_id": "one", "dense_tops": "100", "tpp_published": "9000"},
    )
    found = _classified(_table(tmp_path, *rows), tmp_path)
    assert [row["tpp"] for row in found] == ["800", "9000"]


def test_chinese_design_takes_no_part_in_the_review_of_us_exports(tmp_path):
    base = {"dc_marketed": "Y", "tpp_published": "6016", "dram_bw_GBps": "1600"}
    rows = [
        {"chip_id": "a", **base, "origin": "CN"},
        {"chip_id": "b", **base, "vendor": "Huawei"},
        {"chip_id": "c", **base, "vendor": "AMD"},
    ]  # fmt: skip
    found = _classified(_table(tmp_path, *rows), tmp_path)
    assert [row["cn_review"] for row in found] == ["none", "none", "case_by_case"]


def test_a_designer_that_nobody_names_is_unknown_where_the_answer_depends_on_it(tmp_path):
    base = {"dc_marketed": "Y", "tpp_published": "6016", "dram_bw_GBps": "1600"}
    small = {"dc_marketed": "Y", "tpp_published": "800", "applicable_die_mm2": "800"}
    rows = [
        {"chip_id": "a", **base},
        {"chip_id": "b", **base, "origin": "TW"},
        {"chip_id": "c", **small},
    ]
    found = _classified(_table(tmp_path, *rows), tmp_path)
    assert [row["cn_review"] for row in found] == ["indeterminate", "case_by_case", "none"]
    assert [row["missing"].split(";")[0] for row in found[:2]] == [
        "vendor",
        "io_bidirectional_GBps",
    ]


@pytest.mark.parametrize(
    ("vendor", "review"),
    [
        ("HUAWEI", "none"),
        ("Huawei Technologies Co., Ltd.", "none"),
        ("華為", "none"),
        ("华为技术有限公司", "none"),
        ("Ｈｕａｗｅｉ", "none"),
        ("摩尔线程", "none"),
        ("MetaX Integrated Circuits", "none"),
        ("Meta", "case_by_case"),
        ("Birenson", "case_by_case"),
        ("英偉達", "case_by_case"),
    ],
)
def test_a_chinese_designer_is_told_however_it_is_written(vendor, review, tmp_path):
    row = {"chip_id": "x", "dc_marketed": "Y", "tpp_published": "6016", "dram_bw_GBps": "1600"}
    (found,) = _classified(_table(tmp_path, row | {"vendor": vendor}), tmp_path)
    assert found["cn_review"] == review


def test_earlier_law_gives_earlier_answers():
    h200 = PRODUCTS["nv-h200-sxm"]
    answers = {
        on: Classifier(PACK, on=on, known_on=on).classify(h200).cn_review
        for on in (date(2023, 12, 1), date(2026, 1, 14), date(2026, 1, 15))
    }
    assert list(answers.values()) == ["presumed_denial", "presumed_denial", "case_by_case"]


def test_law_that_was_not_known_yet_is_not_applied():
    found = Classifier(PACK, on=date(2026, 2, 1), known_on=date(2026, 1, 1)).classify(
        PRODUCTS["nv-h200-sxm"]
    )
    assert (found.cn_review, found.tariff_band) == ("presumed_denial", "none")


def test_before_any_test_nothing_is_classified():
    day = date(2022, 9, 1)
    found = Classifier(PACK, on=day, known_on=day).classify(PRODUCTS["nv-h100-sxm"])
    assert (found.paragraph_2022, found.paragraph, found.cn_review) == ("none", "none", "none")


INTERVALS = ("7700..8000", "7700 - 8000", "7700-8000", "[7700, 8000]", "7700~8000")


@pytest.mark.parametrize("cell", INTERVALS)
def test_an_interval_is_read_as_people_write_it(cell, tmp_path):
    row = {"chip_id": "x", "dc_marketed": "Y", "tpp_published": "36000", "dram_bw_GBps": cell}
    product = next(read_products(_table(tmp_path, row)))
    assert product.dram_bandwidth_gb_s == (7700.0, 8000.0)


BAD_CELLS = {
    "dc_marketed": "maybe",
    "dense_tops": "fast",
    "bits": "-8",
    "io_bidirectional_GBps": "nan",
    "dram_bw_GBps": "1e999",
    "applicable_die_mm2": "0",
    "tpp_published": "9..1",
    "origin": "UK",
    "nonplanar_die": "yes",
}


def _fault(row):
    assert isinstance(row, RefusedProduct)
    assert row.chip_id == "x"
    return str(row.fault)


@pytest.mark.parametrize(("column", "cell"), BAD_CELLS.items())
def test_bad_cell_is_refused_with_file_line_and_column(column, cell, tmp_path):
    path = _table(tmp_path, {"chip_id": "ok"}, {"chip_id": "x", column: cell}, {"chip_id": "fine"})
    ok, refused, fine = read_products(path)
    assert (ok.chip_id, fine.chip_id) == ("ok", "fine")
    text = _fault(refused)
    assert str(path) in text
    assert ":3" in text
    assert column in text
    assert "\n" not in text


@pytest.mark.parametrize("cell", ["1,513", "1_513", "1 513", "1513 TOPS", "[1513]", "..9", "9.."])
def test_a_number_that_could_be_misread_is_refused(cell, tmp_path):
    (refused,) = read_products(_table(tmp_path, {"chip_id": "x", "dense_tops": cell}))
    assert "dense_tops" in _fault(refused)


@pytest.mark.parametrize("word", ["N/A", "-", "未公开", "not disclosed", "Unknown"])
def test_words_for_unknown_are_blanks(word, tmp_path):
    known = {"chip_id": word, "dense_tops": "１４８", "bits": "16", "origin": word}
    (told,) = read_products(_table(tmp_path, known | {"dram_bw_GBps": word, "vendor": word}))
    assert not isinstance(told, RefusedProduct)
    assert (told.chip_id, told.dense_tops, told.bits) == (word, 148.0, 16.0)
    assert (told.vendor, told.dram_bandwidth_gb_s, told.origin) == (None, None, None)


def test_missing_column_is_named(tmp_path):
    path = _table(tmp_path, header=[name for name in REQUIRED if name != "bits"])
    with pytest.raises(InputError, match="bits"):
        list(read_products(path))


def test_ragged_row_is_refused(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(",".join(REQUIRED) + "\nx,y\n", encoding="utf-8")
    (refused,) = read_products(path)
    assert "in.csv:2" in _fault(refused)


def test_binary_file_is_refused(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="UTF-8"):
        list(read_products(path))


def test_area_beside_no_nonplanar_die_is_refused(tmp_path):
    row = {"chip_id": "x", "applicable_die_mm2": "800", "nonplanar_die": "N"}
    (refused,) = read_products(_table(tmp_path, row))
    assert "applicable_die_mm2" in _fault(refused)


def test_output_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(",".join(REQUIRED) + "\nok" + "," * 10 + '\n"x', encoding="utf-8")
    out = tmp_path / "out.csv"
    with pytest.raises(InputError, match="not valid CSV"):
        write_classifications(
            out, map(CLASSIFIER.classify, read_products(path)), on_refused=pytest.fail
        )
    assert sorted(tmp_path.iterdir()) == [path]


SWEPT = ("us.paragraph", "us.china_review", "us.tariff_band", "us.flag")


@pytest.mark.parametrize("question", SWEPT)
def test_the_array_back_end_classifies_the_products_alike(question):
    cases = [CLASSIFIER.facts(product) for product in PRODUCTS.values()]
    names = {name for case in cases for name in case}
    columns = {
        name: (number_column if PACK.facts[name].kind is FactKind.NUMBER else word_column)(
            [case.get(name) for case in cases]
        )
        for name in sorted(names)
    }
    regime = PACK.at(on=TODAY, known_on=TODAY)
    answers = [regime.decide(case, question).answer(question) for case in cases]
    expected = [None if answer.by_cases else answer.word for answer in answers]
    assert regime.decide_many(columns, question).words() == expected


def test_an_id_that_a_spreadsheet_would_run_comes_back_as_text(tmp_path):
    out = tmp_path / "out.csv"
    refused = RefusedProduct(chip_id="=1+1", fault=InputError("a", "b", fieldname="bits"))
    said = []
    write_classifications(out, [refused], on_refused=said.append)
    assert said == [refused]
    assert out.read_text().splitlines()[1].startswith("'=1+1,")


@pytest.mark.parametrize("interval", [{"low": "much", "high": 3}, {"low": None, "high": 3}])
def test_an_interval_whose_end_is_no_number_is_refused(interval):
    with pytest.raises(InputError, match="no number"):
        as_fact(interval)


def test_a_cell_full_of_blanks_is_refused_at_once(tmp_path):
    cell = "1" + " " * 100_000 + "x"
    started = time.process_time()
    (refused,) = read_products(_table(tmp_path, {"chip_id": "x", "dense_tops": cell}))
    assert isinstance(refused, RefusedProduct)
    assert time.process_time() - started < 5.0
