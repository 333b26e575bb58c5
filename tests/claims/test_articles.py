"""Ten articles of our own with planted errors of eight kinds: found, missed, invented."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from narrows.claims import article_of, audit

FOLDER = Path(__file__).parents[1] / "data" / "claims"
FILES = ["articles.yaml", "articles_more.yaml"]
FOUND_MIN = 0.90
FALSE_MAX = 0.05
KINDS = {"unit", "conversion", "growth", "sum", "spec", "ratio", "rule", "event"}


@cache
def articles(file=FILES[0]):
    return yaml.safe_load((FOLDER / file).read_text())


@cache
def results(file=FILES[0]):
    return [
        (article, audit(article_of(article["text"]), as_known_on=article["as_known_on"]))
        for article in articles(file)
    ]


def covers(claim, article, error):
    at = article["text"].index(error["text"])
    return claim.start < at + len(error["text"]) and at < claim.end


def test_ten_articles_hold_eight_kinds_in_three_languages():
    assert len(articles()) == 10
    assert {error["kind"] for article in articles() for error in article["errors"]} == KINDS
    assert {article["id"].split("-")[0] for article in articles()} == {"hant", "hans", "en"}


@pytest.mark.parametrize("file", FILES)
def test_planted_errors_are_found(file):
    planted, missed = 0, []
    for article, found in results(file):
        for error in article["errors"]:
            planted += 1
            if not any(covers(claim, article, error) for claim in found.wrong):
                missed.append((article["id"], error["text"]))
    assert 1 - len(missed) / planted >= FOUND_MIN, missed


@pytest.mark.parametrize("file", FILES)
def test_few_false_alarms(file):
    judged, invented = 0, []
    for article, found in results(file):
        for claim in found.claims:
            if any(covers(claim, article, error) for error in article["errors"]):
                continue
            judged += 1
            if claim.verdict.is_wrong:
                invented.append((article["id"], claim.text))
    assert len(invented) / judged <= FALSE_MAX, invented


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_language_is_told(language):
    names = {"en": "en", "hant": "zh-Hant", "hans": "zh-Hans"}
    for article, found in results():
        if names[article["id"].split("-")[0]] == language:
            assert found.locale == language
