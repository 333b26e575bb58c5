"""``training.html``: where time and memory of a step go, from the mapping beside it alone."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief import training_parts
from narrows.brief.mapping import read_mapping
from narrows.brief.page import STYLE, render_page
from narrows.core import InputError, Json

_PARTS = ("study", "question", "ranked")


def render_training_html(tree: Mapping[str, Json], *, language: str) -> str:
    """Return the charts of the first layout as one self-contained page in all three languages.

    Raises
    ------
    InputError
        The mapping lacks a part that every ``training.json`` has, or ranks no layout.
    """
    root = read_mapping(tree, _PARTS, verb="narrows train")
    if not root.at("ranked").items:
        raise InputError("no layout is ranked", "ask for one that fits", fieldname="ranked")
    return render_page(
        root,
        "training_language.html.j2",
        language=language,
        styles=(STYLE, "performance.css"),
        training=training_parts,
    )
