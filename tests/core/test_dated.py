"""Two clocks: in force on, known on."""

from datetime import date

import pytest

from narrows.core import Basis, Dated, Evidence, Grade, Interval, last_day, value_at, visible

EVIDENCE = Evidence(("s",), Grade.A, Basis.SEEN)


def dated(value, start, end, known_on):
    return Dated(value, Interval(start, end), known_on, EVIDENCE)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02", date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
        ("2025", date(2025, 12, 31)),
        ("2025-Q3", date(2025, 9, 30)),
        ("2026-01-23", date(2026, 1, 23)),
    ],
)
def test_a_coarse_date_means_its_last_day(text, day):
    assert last_day(text) == day


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="not a date"):
        last_day("soon")


def test_both_ends_of_an_interval_are_inside():
    interval = Interval(date(2025, 11, 10), date(2026, 11, 9))
    assert date(2025, 11, 10) in interval
    assert date(2026, 11, 9) in interval
    assert date(2026, 11, 10) not in interval


def test_an_interval_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="ends before"):
        Interval(date(2026, 2, 1), date(2026, 1, 1))


def test_what_nobody_knew_is_not_in_force_for_them():
    values = [dated(50, date(2026, 1, 15), None, date(2026, 1, 15))]
    assert value_at(values, on=date(2026, 2, 1), known_on=date(2026, 1, 14)) is None
    found = value_at(values, on=date(2026, 2, 1), known_on=date(2026, 1, 15))
    assert found is not None
    assert found.value == 50


def test_a_later_correction_supersedes():
    first = dated(1, date(2025, 1, 1), None, date(2025, 1, 1))
    correction = dated(2, date(2025, 1, 1), None, date(2025, 6, 1))
    at = {"on": date(2025, 2, 1)}
    assert value_at([correction, first], **at, known_on=date(2025, 3, 1)) is first
    assert value_at([correction, first], **at, known_on=date(2025, 6, 1)) is correction


def test_a_record_without_a_first_public_date_is_invisible_to_replays():
    record = dated(1, None, None, None)
    assert not visible(record, date(2026, 11, 22))
    assert visible(record, date(2026, 11, 23))
