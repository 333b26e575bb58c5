"""``narrows diff``: what changed since the last plan, and why."""

from __future__ import annotations

import sys
from pathlib import Path

from narrows.cli.options import AsJson, Language


def diff(
    old: Path,
    new: Path,
    /,
    *,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Set two results side by side: first orders that differ, and what moved with them.

    Parameters
    ----------
    old
        The earlier result.json, or the folder that `narrows run` wrote.
    new
        The later one.
    lang
        Language of the answer.
    as_json
        Print everything that moved as JSON.
    """
    from narrows.brief import render_terminal
    from narrows.study.compare import compare_results, read_result_file

    found = compare_results(read_result_file(old), read_result_file(new))
    if as_json:
        sys.stdout.write(found.to_json())
        return 0
    sys.stdout.write(render_terminal(found.document, language=lang, colour=sys.stdout.isatty()))
    return 0
