"""Next quarter: the booked past of a buyer, read from a file, and what it leaves behind."""

from narrows.study.rolling.bookings import Booking, Event, read_bookings
from narrows.study.rolling.last import Last, read_last
from narrows.study.rolling.standing import Standing, UnderWay
from narrows.study.rolling.take import roll_study

__all__ = [
    "Booking",
    "Event",
    "Last",
    "Standing",
    "UnderWay",
    "read_bookings",
    "read_last",
    "roll_study",
]
