"""``value.html``: what knowing and waiting are worth, from the mapping beside it alone."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief import value_parts
from narrows.brief.mapping import read_mapping
from narrows.brief.page import render_page
from narrows.core import Json

_PARTS = ("study", "as_known_on", "cost_cny", "evpi_cny", "vss_cny", "signals", "waiting", "front")


def render_value_html(tree: Mapping[str, Json], *, language: str) -> str:
    """Return the charts as one self-contained page in all three languages.

    Raises
    ------
    InputError
        The mapping lacks a part that every ``value.json`` has.
    """
    root = read_mapping(tree, _PARTS, verb="narrows value")
    return render_page(root, "value_language.html.j2", language=language, worth=value_parts)
