"""The rulebook through time: how each chip is treated on each date, as one SVG file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from narrows.brief.charts.drawing import Sheet
from narrows.brief.charts.matrix import Matrix, MatrixRow, draw_matrix
from narrows.brief.node import Node
from narrows.brief.wording import Wording
from narrows.core import InputError, Json, Locale

COLUMN_PX = 84.0
"""Room of one date; the sheet grows with the dates and scrolls inside its page."""
NAMES_PX = 150.0
ROWS_MAX, DATES_MAX = 300, 80
"""A matrix beyond these is a data file, not a picture."""

_STYLES: Mapping[str, str] = MappingProxyType(
    {
        "not_announced": "blank",
        "no_rule": "blank",
        "free": "open",
        "none": "open",
        "licence": "conditional",
        "nac_notice": "conditional",
        "case_by_case": "conditional",
        "presumed_approval": "conditional",
        "unpublished": "discretionary",
        "presumed_denial": "shut",
        "denied": "shut",
    }
)
"""The colour of a treatment. Its word stands in the bar; an answer not listed is drawn unknown."""


def render_timeline(timeline: Mapping[str, Json], *, language: str) -> str:
    """Return a matrix of chips by dates as an SVG element with its own style.

    Parameters
    ----------
    timeline
        What ``narrows rules timeline --json`` prints: ``dates``, ``names`` by chip, ``cells`` by
        layer and chip with one treatment a date, and ``known_on`` (``null``: each date as known
        on its own day).

    Raises
    ------
    InputError
        There are no dates or rows, too many of them, or a row without one answer a date.
    """
    root = Node(dict(timeline))
    wording = Wording(Locale(language))
    dates = tuple(root.at("dates").texts())
    rows = _rows(root, wording)
    _check(dates, rows)
    answers = sorted({answer for row in rows for answer in row.answers})
    matrix = Matrix(
        title=_title(root, wording),
        language=language,
        dates=dates,
        rows=rows,
        shorts={answer: wording.term(answer) for answer in answers},
        styles={answer: _STYLES.get(answer, "unknown") for answer in answers},
    )
    sheet = Sheet(NAMES_PX + COLUMN_PX * len(dates), narrow=False)
    return str(draw_matrix(matrix, sheet)).replace(">", f"><style>{_STYLE}</style>", 1)


def _title(root: Node, wording: Wording) -> str:
    known_on = root.at("known_on").text
    if known_on is None:
        return wording.phrase("brief.timeline.title_own_day")
    return wording.phrase("brief.timeline.title", date=known_on)


def _rows(root: Node, wording: Wording) -> tuple[MatrixRow, ...]:
    return tuple(
        MatrixRow(root.at("names", chip).text or chip, tuple(answers.texts()), wording.term(layer))
        for layer, chips in root.at("cells").entries
        for chip, answers in chips.entries
    )


def _check(dates: tuple[str, ...], rows: tuple[MatrixRow, ...]) -> None:
    if not dates or not rows:
        raise InputError("timeline has no dates or no rows", "ask about a chip and a date")
    if len(dates) > DATES_MAX or len(rows) > ROWS_MAX:
        problem = f"timeline has {len(rows)} rows and {len(dates)} dates"
        raise InputError(problem, f"ask for at most {ROWS_MAX} rows and {DATES_MAX} dates")
    for row in rows:
        if len(row.answers) != len(dates):
            problem = f"row has {len(row.answers)} answers for {len(dates)} dates"
            raise InputError(problem, "give one answer a date", fieldname=row.name)


_STYLE = (
    "text{font:12.5px system-ui,'Noto Sans CJK HK','Noto Sans CJK SC',sans-serif;fill:#1a1a1a}"
    ".tick{fill:#5f5d58;font-size:12px}.group{font-weight:600;fill:#5f5d58}.grid{stroke:#d9d6cf}"
    ".cell{stroke:none;opacity:.85}.cell.open{fill:#009e73}.cell.conditional{fill:#e69f00}"
    ".cell.shut{fill:#d55e00}.cell.discretionary{fill:#56b4e9}"
    ".cell.unknown{fill:none;stroke:#999999;stroke-dasharray:3 2.6}.cell-text{font-weight:600}"
)
