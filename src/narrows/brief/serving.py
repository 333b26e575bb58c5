"""``serving.html``: throughput against latency of each chip, from the mapping beside it alone."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief import serving_parts
from narrows.brief.node import Node
from narrows.brief.page import STYLE, render_page
from narrows.core import InputError, Json

_PARTS = ("study", "question", "systems", "phases", "refused")


def render_serving_html(tree: Mapping[str, Json], *, language: str) -> str:
    """Return charts and tables as one self-contained page in all three languages.

    Raises
    ------
    InputError
        The mapping lacks a part that every ``serving.json`` has.
    """
    for part in _PARTS:
        if part not in tree:
            raise InputError(
                "mapping lacks a part", "write it with `narrows serve --output`", fieldname=part
            )
    return render_page(
        Node(dict(tree)),
        "serving_language.html.j2",
        language=language,
        styles=(STYLE, "performance.css"),
        serving=serving_parts,
    )
