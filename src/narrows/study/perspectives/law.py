"""A line of law that a perspective counts with, as a figure with its citation."""

from __future__ import annotations

from datetime import date

from narrows.core import Figure, Grade, RefusalError
from narrows.rules import Pack

CAP_RATIO = "us.window.cap_ratio"
DUTY_RATE = "us.s232.rate"


def law_figure(pack: Pack, parameter: str, *, on: date, known_on: date) -> Figure:
    """Return the number of a parameter in force on a day, as known on a day.

    Raises
    ------
    RefusalError
        No number was in force, or none was public.
    """
    found = pack.as_known_on(known_on).value(parameter, on)
    if found is None or isinstance(found.value, bool) or not isinstance(found.value, (int, float)):
        raise RefusalError(f"{parameter} was not in force and public on {on}", (parameter,))
    cite = found.cite
    return Figure(
        float(found.value),
        "1",
        "the line in force",
        sources=(f"{cite.instrument}, {cite.at}",),
        grade=_GRADES.get(str(cite.certainty)),
        name=parameter,
    )


_GRADES = {grade.value: grade for grade in Grade}
