"""``serving.html``: throughput against latency of each chip, from the mapping beside it alone."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief import serving_parts
from narrows.brief.mapping import read_mapping
from narrows.brief.page import STYLE, render_page
from narrows.core import Json

_PARTS = ("study", "question", "systems", "phases", "refused")


def render_serving_html(tree: Mapping[str, Json], *, language: str) -> str:
    """Return charts and tables as one self-contained page in all three languages.

    Raises
    ------
    InputError
        The mapping lacks a part that every ``serving.json`` has.
    """
    return render_page(
        read_mapping(tree, _PARTS, verb="narrows serve"),
        "serving_language.html.j2",
        language=language,
        styles=(STYLE, "performance.css"),
        serving=serving_parts,
    )
