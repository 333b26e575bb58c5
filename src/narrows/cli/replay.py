"""``narrows replay``: what we would have said at each quarter, beside what happened."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from narrows.cli.options import AsJson, Language
from narrows.core import COMPILED_ON, InputError

DEFAULT_FOLDER = Path("narrows-output")
JSON_NAME = "replay.json"
PAGE_NAME = "replay.html"


def replay(
    study: str,
    *,
    to: date = COMPILED_ON,
    output: Path | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Answer a study at each quarter from its day on, and set what happened beside it.

    Parameters
    ----------
    study
        A study file, or the name of a packaged study such as h200.
    to
        The last day to ask, and the day on whose knowledge the outcome stands.
    output
        Folder for replay.json and replay.html.
    lang
        Language of the answer and of the page.
    as_json
        Print the whole replay as JSON instead of writing files.
    """
    from narrows.brief import render_replay_html, render_replay_terminal
    from narrows.cli.progress import progress
    from narrows.study import replay_study

    with progress() as report:
        done = replay_study(study, to=to, report=report)
    if as_json:
        sys.stdout.write(done.to_json())
        return 0
    folder = output or DEFAULT_FOLDER / done.name
    page = render_replay_html(done.document, language=lang)
    _write(folder, {JSON_NAME: done.to_json(), PAGE_NAME: page})
    colour = sys.stdout.isatty()
    sys.stdout.write(render_replay_terminal(done.document, language=lang, colour=colour))
    sys.stderr.write(f"page: {folder / PAGE_NAME}\n")
    return 0


def _write(folder: Path, texts: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"folder cannot be written ({error.strerror})", "name another", file=folder
        ) from error
