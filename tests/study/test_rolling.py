"""Next quarter: the booked past stays as it was booked, and the rest of the study is planned."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from narrows.catalog import load_catalog
from narrows.cli.app import main
from narrows.core import InputError
from narrows.planning import check_plan
from narrows.rules import load_pack
from narrows.study import load_study
from narrows.study.load import open_study
from narrows.study.perspectives import Question, Rolling
from narrows.study.perspectives.buyer import ask_rooms
from narrows.study.rolling import Last, read_bookings, read_last, roll_study
from narrows.study.rolling.bookings import COLUMNS

CATALOG = load_catalog()
STUDY = load_study("h200", CATALOG).study
HEADER = ",".join(COLUMNS)
BANKS = ("2026-Q1,balance,budget,,,500000000,", "2026-Q1,balance,cap,,100,,")
ORDER = "2026-Q1,ordered,ascend-910c,north,3840,600000000,"
DAYS = (date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2026, 11, 20))


def _file(folder, *rows, name="booked.csv"):
    path = folder / name
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def _last(folder, quarter="2026Q1", known_on="2026-01-23", rows=(), study="h200"):
    path = folder / "result.json"
    clocks = {"first_quarter": quarter, "as_known_on": known_on}
    told = {"study": {"name": study}, "clocks": clocks, "booked": {"rows": list(rows)}}
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def _rolled(folder, *rows, last=None, known_on=DAYS[0]):
    file = _file(folder, *rows)
    end = read_last(last or _last(folder))
    return roll_study(STUDY, end, read_bookings(file), file=file, known_on=known_on)


def test_the_rest_of_the_horizon_is_planned_from_what_was_booked(tmp_path):
    rows = (
        ORDER,
        "2026-Q2,delivered,ascend-910c,north,1920,,2026-Q1",
        "2026-Q2,turned_away,ascend-910c,north,384,,2026-Q1",
        "2026-Q1,ported,cann,chat-serving,,,",
        "2026-Q2,balance,budget,,,1,",
        "2026-Q2,balance,cap,,7,,",
    )
    last = _last(tmp_path, "2026Q2", "2026-04-01")
    study, standing = _rolled(tmp_path, *rows, last=last, known_on=DAYS[1])
    assert (study.start, study.quarters) == ("2026Q3", STUDY.quarters - 2)
    assert (study.as_known_on, study.in_force_on) == (DAYS[1], DAYS[1])
    assert standing.delivered == {("ascend-910c", "north"): 1920.0}
    (to_come,) = standing.under_way
    assert (to_come.due, to_come.chips) == (0, 1536.0)
    assert to_come.money_cny == pytest.approx(6e8 * 0.4)
    assert standing.ported == {("cann", "chat-serving"): 0}
    assert (standing.budget_cny, standing.cap_chips) == (1.0, 7.0)


def test_tranches_come_by_the_lead_times_of_the_study(tmp_path):
    _, standing = _rolled(tmp_path, "2026-Q1,ordered,h200,east,1000,9e7,", *BANKS)
    assert [(one.due, one.chips) for one in standing.under_way] == [(1, 600.0), (2, 400.0)]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("2026-Q1,ordered,h300,north,8,1,", "what", "no such option"),
        ("2026-Q1,ordered,h200,moon,8,1,", "where", "no such site"),
        ("2026-Q1,ported,rocm,chat-serving,,,", "what", "no such stack"),
        ("2026-Q1,ported,cann,poetry,,,", "where", "no such workload"),
        ("2026-Q2,ordered,h200,north,8,1,", "quarter", "is not past"),
        ("2025-Q4,ordered,h200,north,8,1,", "quarter", "before the study begins"),
        ("2026-13,ordered,h200,north,8,1,", "quarter", "is no quarter"),
        ("2026-Q1,promised,h200,north,8,1,", "event", "is no event"),
        ("2026-Q1,ordered,h200,north,-8,1,", "chips", "is not a number above 0"),
        ("2026-Q1,ordered,h200,north,nan,1,", "chips", "is not a number above 0"),
        ("2026-Q1,ordered,h200,north,many,1,", "chips", "is not a number above 0"),
        ("2026-Q1,ordered,h200,north,8,,", "money_cny", "needs it"),
        ("2026-Q1,ordered,h200,north,8,1,2026-Q1", "ordered_in", "no use for it"),
        ("2026-Q1,delivered,h200,north,8,,2026-Q1", "ordered_in", "no order of h200 for north"),
        ("2026-Q1,delivered,ascend-910c,north,3841,,2026-Q1", "chips", "more than ordered"),
        ("2026-Q1,cancelled,ascend-910c,north,4000,,2026-Q1", "chips", "more than ordered"),
        ("2026-Q1,balance,purse,,,1,", "what", "is no bank"),
        ("2026-Q1,balance,budget,,,1,", "what", "booked twice"),
        ("2026-Q1,ordered,h200,north,8", None, "another number of cells"),
        ("2026-Q1,ported,cann,pretraining,,,", "where", "booked twice"),
    ],
)
def test_a_bad_booking_names_line_column_value_and_mend(tmp_path, row, column, said):
    before = (row,) if said == "booked twice" and ",ported," in row else (ORDER,)
    with pytest.raises(InputError, match=said) as caught:
        _rolled(tmp_path, *BANKS, *before, row)
    error = caught.value
    assert (error.file, error.line, error.fieldname) == (tmp_path / "booked.csv", 5, column)
    assert error.mend


def test_an_unbooked_balance_is_asked_for(tmp_path):
    for missing, kept in (("budget", BANKS[1]), ("cap", BANKS[0])):
        with pytest.raises(InputError, match=f"balance of the {missing}") as caught:
            _rolled(tmp_path, ORDER, kept)
        assert f"2026Q1,balance,{missing}" in caught.value.mend


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", f'{HEADER}\n"2026', "\x00"])
def test_what_is_no_table_of_bookings_is_refused(tmp_path, text):
    path = tmp_path / "booked.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_bookings(path)
    assert caught.value.file == path


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"study": {"name": "x"}, "clocks": 3}'])
def test_what_is_no_result_is_refused(tmp_path, text):
    (tmp_path / "result.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no last result"):
        read_last(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_last(tmp_path / "absent.json")


def test_another_study_an_earlier_day_and_an_ended_horizon_are_refused(tmp_path):
    with pytest.raises(InputError, match="another study"):
        _rolled(tmp_path, *BANKS, last=_last(tmp_path, study="lab"))
    with pytest.raises(InputError, match="before that of the last"):
        _rolled(tmp_path, *BANKS, last=_last(tmp_path, known_on="2026-09-01"))
    with pytest.raises(InputError, match="no quarter of the study is left"):
        _rolled(tmp_path, *BANKS, last=_last(tmp_path, "2028Q4"))


def _asked(folder, last, booked, day):
    question = Question(
        document=open_study("h200"),
        catalog=CATALOG,
        pack=load_pack(),
        as_known_on=day,
        report=lambda _: None,
        rolling=Rolling(last=last, booked=booked),
    )
    return ask_rooms(question)


HAPPENED = {
    "2026Q1": (ORDER,),
    "2026Q2": ("2026-Q2,delivered,ascend-910c,north,1920,,2026-Q1",),
    "2026Q3": ("2026-Q3,delivered,ascend-910c,north,1920,,2026-Q1",),
    "2026Q4": ("2026-Q4,ordered,h200,east,800,150000000,",),
}


def test_four_quarters_roll_on_and_the_booked_past_never_changes(tmp_path):
    rows, known, told = [], "2026-01-23", []
    for elapsed, (quarter, day) in enumerate(zip(HAPPENED, DAYS, strict=True), start=1):
        rows += HAPPENED[quarter]
        rows += [f"{quarter},balance,budget,,,1000000000,", f"{quarter},balance,cap,,0,,"]
        last = _last(tmp_path, quarter, known, [_as_told(row) for row in told])
        answered = _asked(tmp_path, last, _file(tmp_path, *rows), day)
        problem, standing = answered.problem, answered.facts.booked
        assert (problem.axes.quarters[0], problem.n_stages) == (
            standing.first_quarter,
            STUDY.quarters - elapsed,
        )
        assert check_plan(problem, answered.plan) == ()
        assert standing.rows[: len(told)] == tuple(told)
        came = 1920.0 * (elapsed > 1) + 1920.0 * (elapsed > 2)
        assert sum(standing.delivered.values()) == came
        row = [offer.id for offer in answered.planned].index("ascend-910c")
        assert problem.fleet.installed[row].sum() == pytest.approx(came)
        chips = (problem.offers.booked * problem.offers.lot[:, None, None]).sum()
        assert chips == pytest.approx(3840.0 - came + 800.0 * (elapsed > 3))
        known, told = str(day), list(standing.rows)
    changed = [row.replace("3840,600000000", "3840,500000000") for row in rows]
    last = _last(tmp_path, "2026Q4", known, [_as_told(row) for row in told])
    with pytest.raises(InputError, match="missing or changed"):
        _asked(tmp_path, last, _file(tmp_path, *changed), DAYS[3])


def _as_told(row):
    """Return a booking as a result holds it."""
    return dict(zip(COLUMNS, row.told, strict=True))


def test_goods_under_way_arrive_in_the_plan_and_their_balance_is_paid(tmp_path):
    booked = _file(tmp_path, ORDER, *BANKS)
    answered = _asked(tmp_path, _last(tmp_path), booked, DAYS[0])
    problem, plan = answered.problem, answered.plan
    row = [offer.id for offer in answered.planned].index("ascend-910c")
    np.testing.assert_allclose(problem.offers.booked[row, :, :2].sum(axis=0) * 384, 1920.0)
    root = plan.arrived[0, row].sum()
    assert root == pytest.approx(1920.0 * problem.offers.may_deliver[0, row])
    without = replace(problem, offers=replace(problem.offers, booked_value=None))
    deposit = problem.offers.deposit[row]
    owed = (1.0 - deposit) * 3e8 * problem.offers.may_deliver[0, row]
    paid = plan.ledger["purchase"][0] - (
        plan.orders[0].sum(axis=1) * problem.offers.lot * problem.offers.price[0]
        * problem.offers.deposit
    ).sum()  # fmt: skip
    assert paid == pytest.approx(owed)
    assert check_plan(without, plan) != ()


def test_the_command_line_tells_what_was_booked(tmp_path, capsys):
    booked = _file(tmp_path, ORDER, *BANKS)
    out = tmp_path / "out"
    status = main(
        ["run", "h200", "--from", str(_last(tmp_path)), "--booked", str(booked),
         "--as-known-on", "2026-04-01", "--output", str(out)]
    )  # fmt: skip
    assert status == 0
    told = capsys.readouterr().out
    assert "3,840 under way" in " ".join(told.split())
    assert max(len(line) for line in told.splitlines()) <= 80
    assert len(told.splitlines()) <= 24
    again = read_last(out)
    assert isinstance(again, Last)
    assert again.first_quarter == "2026Q2"
    assert again.booked == tuple(row.told for row in read_bookings(booked))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["h200", "--from", "x"], "--booked"),
        (["h200", "--booked", "x"], "--from"),
        (["h200", "--from", "x", "--booked", "y"], "--as-known-on"),
        (["h200-seller", "--from", "x", "--booked", "y"], "orders nothing"),
    ],
)
def test_half_a_question_is_refused_on_the_command_line(arguments, said, capsys):
    assert main(["run", *arguments]) == 2
    assert said in capsys.readouterr().err
