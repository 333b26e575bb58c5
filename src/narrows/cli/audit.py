"""``narrows audit``: every figure of an article, recomputed and held against the records."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.core import COMPILED_ON, InputError, message

if TYPE_CHECKING:
    from narrows.core import Json

WIDTH = 80
UNREAD_SHOWN_MAX = 12
"""More than this fills the screen; the page and the JSON hold all of them."""
NEGATIVE = 1
"""Exit status where a claim was found wrong."""


def audit(
    article: Path,
    *,
    as_known_on: date = COMPILED_ON,
    lang: Language | None = None,
    html: Path | None = None,
    note: Annotated[bool, Parameter(negative=())] = False,
    everything: Annotated[bool, Parameter(name="--all", negative=())] = False,
    as_json: AsJson = False,
) -> int:
    """Check an article's figures and statements against catalogue, rulebook and events.

    Exits with 1 where a claim was found wrong.

    Parameters
    ----------
    article
        A text, HTML or PDF file.
    as_known_on
        Use only what was public on this day.
    lang
        en, zh-Hant or zh-Hans; the article's own language by default.
    html
        Also write the annotated article to this file.
    note
        Print only the correction note, to be pasted.
    everything
        Also list what was found right, and what nothing on record decides.
    as_json
        Print JSON.
    """
    from narrows.brief.audit import correction_note, render_audit
    from narrows.claims import audit_file

    tree = audit_file(article, as_known_on=as_known_on)
    language = lang or str(tree["language"])
    if html is not None:
        _write(html, render_audit(tree, language=language))
    if as_json:
        print_json(tree)
    elif note:
        sys.stdout.write(correction_note(tree, language=language) + "\n")
    else:
        _print(
            tree, language, ("wrong", "caveat", "ok", "open") if everything else ("wrong", "caveat")
        )
    return NEGATIVE if tree["wrong"] else 0


def _print(tree: Mapping[str, Json], language: str, kinds: tuple[str, ...]) -> None:
    from narrows.brief import text
    from narrows.brief.audit import audit_rows, audit_summary, audit_unread

    def say(message_id: str) -> str:
        return text(message(message_id), language=language)

    out = Console(highlight=False, width=WIDTH)
    unread = audit_unread(tree, language=language)
    out.print(say("claims.page.not_understood"), style="bold", markup=False)
    for words, why in unread[:UNREAD_SHOWN_MAX]:
        out.print(f"- {words[: WIDTH // 2]} ({why})", markup=False)
    if len(unread) > UNREAD_SHOWN_MAX:
        out.print(f"  + {len(unread) - UNREAD_SHOWN_MAX}", markup=False)
    if not unread:
        out.print(say("claims.page.nothing_left"), markup=False)
    table = Table(
        *(say(f"claims.page.{column}") for column in ("text", "verdict", "why")),
        box=None, pad_edge=False,
    )  # fmt: skip
    rows = [row for row in audit_rows(tree, language=language) if row.kind in kinds]
    for row in sorted(rows, key=lambda one: (kinds.index(one.kind), one.start)):
        table.add_row(_plain(row.text), _plain(row.word), _plain(row.why))
    out.print(table)
    out.print(audit_summary(tree, language=language), style="bold", markup=False)


def _plain(words: str) -> str:
    """Return words of a stranger so that the terminal shows them and obeys none of them."""
    from rich.markup import escape

    return escape(words)


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"page cannot be written ({error.strerror})", "give another path", file=path
        ) from error
