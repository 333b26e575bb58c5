"""``training.html``: where time and memory of a step go, from the mapping beside it alone."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief import training_parts
from narrows.brief.node import Node
from narrows.brief.page import STYLE, render_page
from narrows.core import InputError, Json

_PARTS = ("study", "question", "ranked")


def render_training_html(tree: Mapping[str, Json], *, language: str) -> str:
    """Return the charts of the first layout as one self-contained page in all three languages.

    Raises
    ------
    InputError
        The mapping lacks a part that every ``training.json`` has.
    """
    for part in _PARTS:
        if not tree.get(part):
            raise InputError(
                "mapping lacks a part", "write it with `narrows train --output`", fieldname=part
            )
    return render_page(
        Node(dict(tree)),
        "training_language.html.j2",
        language=language,
        styles=(STYLE, "performance.css"),
        training=training_parts,
    )
