"""A capability with a price of delay, and a gang, from the study file to the brief."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from narrows.brief import render_terminal
from narrows.catalog import data_root, load_catalog
from narrows.core import InputError, RefusalError
from narrows.planning import check_plan
from narrows.rules import load_pack
from narrows.study.bridge.goals import check_goals
from narrows.study.load import check_study, open_study
from narrows.study.perspectives import Question
from narrows.study.perspectives.buyer import answer_asked, ask_rooms
from narrows.study.rolling.last import Last
from narrows.study.rolling.take import roll_study

SOURCE = (data_root() / "studies" / "h200.yaml").read_text(encoding="utf-8")
SIX = SOURCE.replace("\nquarters: 12\n", "\nquarters: 6\n")
CATALOG, PACK = load_catalog(), load_pack()
GANG = "gang_chips: 2048"
LANGUAGES = ("en", "zh-Hant", "zh-Hans")


def _clock(work, price="200 m CNY"):
    return f"capability: {{work: {work}, delay_price: {price}}}"


def _file(folder, *wishes):
    first = "    cluster_chips: 2048\n"
    text = SIX.replace(first, first + "".join(f"    {wish}\n" for wish in wishes), 1)
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def _question(folder, *wishes):
    document = open_study(_file(folder, *wishes))
    return Question(document=document, catalog=CATALOG, pack=PACK, as_known_on=None,
                    report=lambda _: None)  # fmt: skip


def _ask(folder, *wishes):
    return ask_rooms(_question(folder, *wishes))


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    return _question(tmp_path_factory.mktemp("goals"), _clock("500 tn tokens"), GANG)


@pytest.fixture(scope="module")
def answered(question):
    return ask_rooms(question)


def test_the_capability_is_reached_when_the_tokens_are_trained(answered):
    problem, plan = answered.problem, answered.plan
    assert check_plan(problem, plan) == ()
    for leaf in problem.tree.leaves:
        path = problem.tree.path(int(leaf))
        useful = np.minimum(plan.own_work[path, 0], problem.work.demand[path, 0]).cumsum()
        assert np.all(plan.reached[path, 0] <= useful / 500e12 + 1e-6)
    assert 0.0 < plan.reached[:, 0].max() <= 1.0 + 1e-9


def test_the_gang_stays_together_for_a_year(answered):
    placed = answered.plan.assigned_at[answered.problem.tree.stage < 4][..., 0]
    assert placed.max() >= 2048.0
    assert np.all((placed < 2048e-6) | (placed >= 2048.0 * (1.0 - 1e-6)))


def test_a_study_without_either_has_neither(tmp_path):
    plain = _ask(tmp_path)
    assert plain.problem.work.capability is None
    assert plain.problem.work.gang is None


def test_a_capability_beyond_all_demand_is_refused(tmp_path, answered):
    with pytest.raises(RefusalError, match="no plan could reach it"):
        _ask(tmp_path, _clock("5000 tn tokens"))
    check_goals(answered.problem)
    check_goals(replace(answered.problem, work=replace(answered.problem.work, capability=None)))


def test_bookings_cannot_carry_a_clock_on(tmp_path):
    study = check_study(open_study(_file(tmp_path, _clock("500 tn tokens"))), CATALOG).study
    last = Last(path=tmp_path, study="h200", first_quarter="2026Q1", known_on=date(2026, 1, 23),
                booked=())  # fmt: skip
    with pytest.raises(InputError, match="hold no work done") as caught:
        roll_study(study, last, (), file=tmp_path, known_on=date(2026, 4, 1))
    assert caught.value.fieldname == "workloads.pretraining.capability"


def test_result_and_brief_say_when_and_for_how_long_the_gang_is_modelled(question, answered):
    document = answer_asked(answered, question).document
    (entry,) = document["reached"]
    chances = [one["p_reached"] for one in entry["by"]]
    assert chances == sorted(chances)
    assert entry["waited"] == pytest.approx(sum(1.0 - p for p in chances))
    assert {"/reached/0/waited", "/reached/0/by/0/p_reached"} <= set(document["derivations"])
    (later,) = [one for one in document["not_checked"] if one["id"] == "gang.pretraining"]
    assert later["message"]["values"]["quarter"] == "2026Q4"
    planner = document["study"]["planner"]
    assert (planner["by"], planner["refused"]["field"]) == ("tree", "work.gang")
    (ordering,) = [line for line in document["study"]["headline"] if line["label"] == "ORDER"]
    assert planner["said"][0] in ordering["messages"]
    for language in LANGUAGES:
        told = render_terminal(document, language=language)
        assert "⟨" not in told
        assert len(told.splitlines()) <= 24
