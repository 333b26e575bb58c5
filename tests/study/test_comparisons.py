"""Ratios quoted in public: made on the day, or missing by name."""

import dataclasses
from datetime import date

import pytest

from narrows.brief import text
from narrows.catalog import load_catalog, load_comparisons
from narrows.study.facts import Facts
from narrows.study.load import load_study
from narrows.study.sections.comparisons import comparisons_section, missing_comparisons_section


def facts_on(day):
    catalog = load_catalog()
    study = dataclasses.replace(load_study("h200", catalog).study, as_known_on=day)
    offered = [option for option in study.options if "950" in option.id]
    assert offered
    return Facts(catalog.as_known_on(day), dataclasses.replace(study, options=tuple(offered)))


def test_on_its_own_day_the_packaged_study_misses_none():
    facts = facts_on(date(2026, 1, 23))
    assert len(comparisons_section(facts)) == len(load_comparisons())
    assert missing_comparisons_section(facts) == []


def test_a_ratio_that_nobody_could_make_is_named_with_the_missing_fact():
    facts = facts_on(date(2026, 1, 23))
    systems = dict(facts.catalog.systems)
    systems["vr-nvl144"] = dataclasses.replace(systems["vr-nvl144"], fp8_pflops=None)
    facts = dataclasses.replace(facts, catalog=dataclasses.replace(facts.catalog, systems=systems))
    (missing,) = missing_comparisons_section(facts)
    assert missing["missing"] == ["vr-nvl144.fp8_pflops"]
    made = {one["id"] for one in comparisons_section(facts)}
    assert made | {missing["id"]} == set(load_comparisons())


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_a_system_not_public_on_the_day_is_missing_under_its_id(language):
    facts = facts_on(date(2026, 1, 23))
    systems = {key: one for key, one in facts.catalog.systems.items() if key != "vr-nvl144"}
    facts = dataclasses.replace(facts, catalog=dataclasses.replace(facts.catalog, systems=systems))
    missing = missing_comparisons_section(facts)
    assert len(missing) == len(load_comparisons())
    said = text(missing[0]["message"], language=language)
    assert "⟨" not in said
    assert said.count("vr-nvl144") == 2
