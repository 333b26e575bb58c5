"""A replay as a short answer on a terminal, and as one page in three languages."""

from __future__ import annotations

from collections.abc import Mapping

from narrows.brief import replay_parts
from narrows.brief.page import STYLE, render_page
from narrows.brief.result import read_result
from narrows.brief.terminal import render_terminal
from narrows.core import InputError, Json

_PARTS = ("said", "happened", "scores")
_EMPTY: Mapping[str, Json] = {"gates": [], "orders": [], "not_checked": []}
"""Parts of a study's result that a replay tells day by day instead."""


def render_replay_terminal(
    replay: Mapping[str, Json], *, language: str, width: int = 80, colour: bool = False
) -> str:
    """Return the short answer of a replay: what came, each quarter's statement, the scores.

    Raises
    ------
    InputError
        The mapping lacks a part that every replay has.
    """
    return render_terminal(_checked(replay), language=language, width=width, colour=colour)


def render_replay_html(replay: Mapping[str, Json], *, language: str) -> str:
    """Return a replay as one self-contained page in all three languages.

    Raises
    ------
    InputError
        The mapping lacks a part that every replay has.
    """
    return render_page(
        read_result(_checked(replay)),
        "replay_language.html.j2",
        language=language,
        styles=(STYLE, "replay.css"),
        replay=replay_parts,
    )


def _checked(replay: Mapping[str, Json]) -> dict[str, Json]:
    for part in _PARTS:
        if part not in replay:
            raise InputError(
                "replay lacks a part", "write it with `narrows replay`", fieldname=part
            )
    return {**_EMPTY, **replay}
