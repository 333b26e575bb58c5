"""Each check alone, on sentences that it must and must not call wrong."""

from datetime import date

import pytest

from narrows.claims import article_of, audit

ON = date(2026, 10, 31)


def verdicts(text, part):
    found = audit(article_of(text), as_known_on=ON)
    at = text.index(part)
    return {str(c.verdict) for c in found.claims if c.start < at + len(part) and at < c.end}


@pytest.mark.parametrize(
    ("text", "part", "verdict"),
    [
        ("It cost US$2 billion (HK$15.6 billion).", "HK$15.6", "ok"),
        ("It cost US$2 billion (HK$156 billion).", "HK$156", "inconsistent_inside"),
        ("預算 5 億美元(約港幣 390 億元)。", "港幣 390 億元", "inconsistent_inside"),
        ("From $12 billion in 2020 to $30 billion in 2025, a CAGR of 20.1%.", "20.1%", "ok"),
        ("From $12 billion in 2020 to $30 billion in 2025, a CAGR of 30.1%.", "30.1%",
         "inconsistent_inside"),
        ("營收由 80 億元升至 100 億元,增長 25%。", "25%", "ok"),
        ("營收由 80 億元升至 100 億元,增長 20%。", "20%", "inconsistent_inside"),
        ("Output fell from 50,000 chips to 40,000 chips, a drop of 20%.", "20%", "ok"),
        ("收入由 10 億元增至 30 億元,翻了一番。", "翻了一番", "inconsistent_inside"),
        ("Orders of 40, 35 and 25 racks make 100 racks in total.", "100 racks", "ok"),
        ("Orders of 40, 35 racks and 25 racks make 90 racks in total.", "90 racks",
         "inconsistent_inside"),
        ("共有 400 萬顆,其中國產 165 萬顆,佔 41%。", "41%", "ok"),
        ("共有 400 萬顆,其中國產 165 萬顆,佔 51%。", "51%", "inconsistent_inside"),
        ("20,000 chips at $30,000 each cost $600 million.", "$600 million", "ok"),
        ("20,000 chips at $30,000 each cost $6 billion.", "$6 billion", "inconsistent_inside"),
        ("The H200 has 141 GB of memory.", "141 GB", "ok"),
        ("H100 和 H200 的顯存分別為 80 GB 和 192 GB。", "192 GB", "contradicts_catalogue"),
        ("The H200 has 114 GB of memory.", "114 GB", "contradicts_catalogue"),
        ("H100 的 FP8 稠密算力為 3,958 TFLOPS。", "3,958 TFLOPS", "contradicts_catalogue"),
        ("H100 的 FP8 算力為 3,958 TFLOPS。", "3,958 TFLOPS", "ok_with_caveat"),
        ("Atlas 950 SuperPoD has 113.8 times as many NPUs as VR NVL144.", "113.8 times", "ok"),
        ("Atlas 950 SuperPoD has 90 times as many NPUs as VR NVL144.", "90 times",
         "contradicts_catalogue"),
        ("輸華數量不得超過美國國內銷售量的 30%。", "30%", "contradicts_rulebook"),
        ("中國海關未發布正式禁令。", "禁令", "ok_with_caveat"),
        ("中國海關已發布正式禁令,不准 H200 入境。", "禁令", "contradicts_rulebook"),
        ("The HBM rule of the US came on 2 December 2024.", "2 December 2024", "ok"),
        ("The HBM rule of the US came on 2 November 2024.", "2 November 2024",
         "contradicts_events"),
        ("Liang Wenfang founded DeepSeek.", "Liang Wenfang", "contradicts_catalogue"),
        ("The global AI chip market was worth $6.1 billion in 2023.", "$6.1 billion",
         "wrong_level"),
        ("The global AI chip market was worth $61 billion in 2023.", "$61 billion", "ok"),
        ("The H200 has 141 GB, 76% more than the H100's 80 GB.", "76%", "ok"),
        ("The H20 has 96 GB, 32% less than the H200's 141 GB.", "32%", "ok"),
        ("The MI300X has 192 GB, 30% more than the H100's 80 GB.", "30%", "inconsistent_inside"),
        ("The MI300X has 192 GB, 140% less than the H100's 80 GB.", "140%",
         "inconsistent_inside"),
        ("H200 的記憶體為 141 GB，比 H100 的 80 GB 多 76%。", "76%", "ok"),
        ("H200 的記憶體為 141 GB，比 H100 的 80 GB 多 30%。", "30%", "inconsistent_inside"),
        ("It cost $5 billion, 30% more than expected, against $4 billion.", "30%",
         "unverifiable"),
        ("The rule caps exports at 75% of US volume.", "75%", "contradicts_rulebook"),
        ("Sales to China may reach up to 75% of US volume.", "75%", "contradicts_rulebook"),
        ("Sales to Japan may reach up to 75% of US volume.", "75%", "unverifiable"),
    ],
)  # fmt: skip
def test_one_sentence(text, part, verdict):
    assert verdict in verdicts(text, part)
    if not verdict.startswith(("contradicts", "inconsistent", "wrong")):
        assert not any(v.startswith(("contra", "incon", "wrong")) for v in verdicts(text, part))


@pytest.mark.parametrize(
    "text",
    [
        "A rack of eight H100 holds 640 GB.",
        "Chips with TPP of 4,800 or more fall under 3A090, unlike the H20.",
        "Nvidia shares fell 3% and the fund holds 6% of the firm.",
        "The GB200 NVL72 draws 120 kW.",
        "H100 和 H200 的顯存分別為 80 GB 和 141 GB。",
        "The H20 and the H200 hold 96 GB and 141 GB respectively.",
        "8,192 x 144 GB makes 1,152 TB for the Atlas 950 SuperPoD.",
    ],
)
def test_what_is_about_something_else_is_left_alone(text):
    assert audit(article_of(text), as_known_on=ON).wrong == ()


def test_one_house_is_said_as_one_figure():
    text = "The global AI chip market will be worth $80 billion in 2034."
    (found,) = audit(article_of(text), as_known_on=date(2026, 1, 23)).wrong
    assert found.why[0].id == "claims.level.slipped_one"
    assert found.why[0].values["low"] == found.why[0].values["high"]
    (arithmetic,) = found.arithmetic
    assert "1 house " in arithmetic
    assert "-" not in arithmetic.partition("1 house ")[2].partition(";")[0]


def test_an_unknown_seller_is_not_said_to_have_sold_anything():
    text = "The global AI chip market was worth $6.1 billion in 2023."
    (found,) = audit(article_of(text), as_known_on=ON).wrong
    assert found.why[0].id == "claims.level.slipped_unsold"
    assert found.why[0].values["seller"] is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Acme's Titan-9 carries 200 GB of HBM, beating the H100.", "200 GB"),
        ("The XPU 7 delivers 2,000 TFLOPS of dense BF16, twice what the H100 offers.", "2,000"),
        ("新發布的天樞X9晶片記憶體為200GB，高於H100。", "200GB"),
        ("某国产芯片带宽为2.0TB/s，低于H200。", "2.0TB/s"),
    ],
)
def test_a_figure_is_not_that_of_the_product_it_is_measured_against(text, part):
    assert verdicts(text, part) == {"unverifiable"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Boasting 200 GB, more than double the H100, the H200 is out.", "200 GB"),
        ("With 200 GB of memory, the H200 outperforms all.", "200 GB"),
        ("The H100 carries 120 GB of memory, more than the H20.", "120 GB"),
        ("記憶體達200GB的H200，優於H100。", "200GB"),
    ],
)
def test_a_slip_beside_a_comparison_is_still_found(text, part):
    assert "contradicts_catalogue" in verdicts(text, part)


def test_a_claim_quotes_the_characters_of_the_article():
    text = (
        "  H200 的記憶體為１４１ GB，比 H100 的 80 GB 多 ３０％。\n\n"
        "  或許會更好。 It may be.  We think so."
    )
    found = audit(article_of(text), as_known_on=ON)
    assert "１４１ GB" in {claim.text for claim in found.claims}
    for said in (*found.claims, *found.not_understood):
        assert text[said.start : said.end] == said.text == said.text.strip()
