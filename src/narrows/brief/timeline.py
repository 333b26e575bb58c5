"""The rulebook through time: how each chip is classified on each date, as one SVG file."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief.charts.drawing import Sheet
from narrows.brief.charts.matrix import Matrix, MatrixRow, draw_matrix
from narrows.brief.node import Node
from narrows.brief.result import words
from narrows.brief.wording import Wording
from narrows.core import InputError, Json, Locale

COLUMN_PX = 84.0
"""Room of one date; the sheet grows with the dates and scrolls inside its page."""
NAMES_PX = 150.0
ROWS_MAX, DATES_MAX = 200, 60
"""A matrix beyond these is a data file, not a picture."""
_INDETERMINATE = "indeterminate"
_NONE = "none"


def render_timeline(timeline: Mapping[str, Json], *, language: str) -> str:
    """Return a matrix of chips by dates as an SVG element with its own style.

    Parameters
    ----------
    timeline
        ``{"as_known_on", "dates": [day, ...], "rows": [{"chip", "name", "answers": [...]}]}`` where
        ``name`` is text or ``{language: text}`` and ``answers`` has one entry a date: a paragraph,
        several joined by ``+``, ``none`` or ``indeterminate``.

    Raises
    ------
    InputError
        There are no dates or rows, too many of them, or a row without one answer a date.
    """
    root = Node(dict(timeline))
    wording = Wording(Locale(language))
    dates = tuple(root.at("dates").texts())
    rows = tuple(_row(node, wording.language) for node in root.at("rows").items)
    _check(dates, rows)
    answers = sorted({answer for row in rows for answer in row.answers})
    matrix = Matrix(
        title=wording.phrase("brief.timeline.title", date=root.at("as_known_on").value),
        language=language,
        dates=dates,
        rows=rows,
        shorts={answer: _short(answer, wording) for answer in answers},
        styles={answer: _style(answer) for answer in answers},
    )
    sheet = Sheet(NAMES_PX + COLUMN_PX * len(dates), narrow=False)
    return str(draw_matrix(matrix, sheet)).replace(">", f"><style>{_STYLE}</style>", 1)


def _row(node: Node, language: Locale) -> MatrixRow:
    name = words(node.at("name"), language) or node.at("chip").text or ""
    return MatrixRow(name, tuple(node.at("answers").texts()))


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


def _short(answer: str, wording: Wording) -> str:
    if answer in (_NONE, _INDETERMINATE):
        return wording.phrase(f"brief.timeline.{answer}")
    return answer.replace("3A090.", "")


def _style(answer: str) -> str:
    """Return the colour class: the strictest limb that an answer names decides."""
    if answer == _INDETERMINATE:
        return "unknown"
    if answer == _NONE:
        return "open"
    return "shut" if ".a" in answer else "conditional"


_STYLE = (
    "text{font:12.5px system-ui,'Noto Sans CJK HK','Noto Sans CJK SC',sans-serif;fill:#1a1a1a}"
    ".tick{fill:#5f5d58;font-size:12px}.grid{stroke:#d9d6cf}"
    ".cell{stroke:none;opacity:.85}.cell.open{fill:#009e73}.cell.conditional{fill:#e69f00}"
    ".cell.shut{fill:#d55e00}.cell.unknown{fill:none;stroke:#999999;stroke-dasharray:3 2.6}"
    ".cell-text{font-weight:600}"
)
