"""Draw ``docs/brief.png``, the picture in the README, from a result with a Chromium at hand.

Run it after a change to the look: ``python scripts/picture.py [RESULT.json] [--lang en]``. Without
a file it answers the packaged study ``h200`` first. Only developers need it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from narrows.brief import render_html

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "brief.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTH_PX, HEIGHT_PX = 1120, 1260
"""The answer, the orders and the first row of gates: what a reader sees before scrolling."""
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIME_MAX_S = 120


def main() -> int:
    """Draw the picture and say where it is."""
    arguments = _arguments()
    result = _result(arguments.result)
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print(f"no browser found; install one of {', '.join(BROWSERS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "brief.html"
        page.write_text(render_html(result, language=arguments.lang), encoding="utf-8")
        _photograph(browser, page, arguments.output)
    print(arguments.output)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", nargs="?", type=Path, help="a result.json; h200 is run without")
    parser.add_argument("--lang", default="en", choices=("en", "zh-Hant", "zh-Hans"))
    parser.add_argument("--output", type=Path, default=PICTURE)
    return parser.parse_args()


def _result(path: Path | None) -> dict[str, object]:
    text = _answer_h200() if path is None else path.read_text(encoding="utf-8")
    result: dict[str, object] = json.loads(text)
    return result


def _answer_h200() -> str:
    # Only here: the planner and its solver take a second to import, and a file needs neither.
    from narrows.study import run_study

    return run_study("h200").to_json()


def _photograph(browser: str, page: Path, picture: Path) -> None:
    command = [
        browser,
        *QUIET,
        f"--user-data-dir={page.parent / 'profile'}",
        f"--window-size={WIDTH_PX},{HEIGHT_PX}",
        "--force-device-scale-factor=1.5",
        f"--screenshot={picture}",
        page.as_uri(),
    ]
    subprocess.run(command, check=True, timeout=TIME_MAX_S, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
