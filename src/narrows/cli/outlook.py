"""``narrows futures outlook``: forecasts kept with each release, and scored at the next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rich.console import Console

from narrows.cli.options import AsJson, Language, Output
from narrows.cli.output import print_json
from narrows.core import COMPILED_ON, InputError

WIDTH = 80


def outlook(
    file: Path | None = None,
    /,
    *,
    as_known_on: date = COMPILED_ON,
    output: Output | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Score kept forecasts of the gates, or write those of a day to keep.

    Parameters
    ----------
    file
        A kept file; all that came with this release where it is left out.
    as_known_on
        Score what had come by this day; with --output, the day on which the forecasts are made.
    output
        Write the forecasts made on --as-known-on to this file instead.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.brief import text
    from narrows.catalog import load_catalog
    from narrows.futures import (
        load_backtest_plan,
        load_forecasts,
        outlook_findings,
        outlook_score_tree,
        packaged_forecasts,
        score_file,
    )

    if output is not None:
        if file is not None:
            raise InputError("a file to score beside --output", "give one or the other")
        return _keep(output, as_known_on)
    catalog = load_catalog()
    until = min(as_known_on, load_backtest_plan().judged_until)
    paths = packaged_forecasts() if file is None else (file,)
    scored = [score_file(load_forecasts(path), catalog, judged_until=until) for path in paths]
    if as_json:
        files = [outlook_score_tree(one) for one in scored]
        tree = {"judged_until": until.isoformat(), "files": files}
        print_json(tree)
        return 0
    out = Console(highlight=False, width=WIDTH)
    for one in scored:
        for finding in outlook_findings(one):
            out.print(text(finding, language=lang))
    return 0


def _keep(path: Path, known_on: date) -> int:
    from narrows.catalog import load_catalog
    from narrows.futures import forecasts_text, outlook

    if path.exists():
        raise InputError(
            "the file exists, and a forecast that may be changed afterwards is none",
            "name another",
            file=path,
        )
    kept = forecasts_text(outlook(load_catalog(), known_on=known_on))
    try:
        path.write_text(kept, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"file cannot be written ({error.strerror})", "name another", file=path
        ) from error
    return 0
