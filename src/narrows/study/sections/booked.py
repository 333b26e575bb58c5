"""What was booked before the first quarter that is planned, as the result tells it."""

from __future__ import annotations

from narrows.core import Figure
from narrows.study.facts import Facts
from narrows.study.rolling.bookings import Booking, Event
from narrows.study.rolling.standing import Standing


def booked_section(facts: Facts) -> dict[str, object] | None:
    """Return the rows as they were read, and what is still to come of them."""
    standing = facts.booked
    if standing is None:
        return None
    return {
        "quarters": _quarters(standing),
        "rows": [_row(one) for one in standing.rows],
        "to_come": [
            {
                "system": one.option,
                "site": one.site,
                "due": Figure(one.due, "quarter", "lead time of the order", (), _source(facts)),
                "chips": Figure(one.chips, "chip", "ordered - ended", (), _source(facts)),
                "agreed_cny": Figure(one.money_cny, "CNY", "as booked", (), _source(facts)),
            }
            for one in standing.under_way
        ],
    }


def _quarters(standing: Standing) -> list[str]:
    return sorted({row.quarter for row in standing.rows if row.event is not Event.BALANCE})


def _row(booking: Booking) -> dict[str, object]:
    """Return a row as text: it is the buyer's own entry, not a figure of ours."""
    return {
        "quarter": booking.quarter,
        "event": booking.event,
        "what": booking.what,
        "where": booking.where,
        "chips": f"{booking.chips!r}",
        "money_cny": f"{booking.money_cny!r}",
        "ordered_in": booking.ordered_in,
    }


def _source(facts: Facts) -> tuple[str, ...]:
    return (facts.study_source,)
