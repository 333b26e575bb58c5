"""Build the command line from the table of verbs and run it."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from datetime import date
from typing import Final

from cyclopts import (
    App,
    CoercionError,
    CycloptsError,
    Parameter,
    UnknownOptionError,
    UnusedCliTokensError,
)
from rich.console import Console

from narrows import __version__
from narrows.cli.process import outlive_readers, prepare_process
from narrows.cli.verbs import GROUPS, VERBS
from narrows.cli.welcome import welcome
from narrows.core.errors import NarrowsError

EXIT_DONE: Final = 0
EXIT_BAD_INPUT: Final = 2
EXIT_INTERRUPTED: Final = 130

NEAR_MAX = 3
"""More suggestions than this are noise on one line."""

HELP = "May it pass, what is it worth, what to order now. Findings for review, never clearance."


def build_app() -> App:
    """Return the command line with every built verb registered by its import path."""
    console = Console(highlight=False)
    app = App(
        name="narrows",
        help=HELP,
        version=__version__,
        console=console,
        default_parameter=Parameter(negative_iterable=()),
    )
    app.default(welcome)
    groups = {word: App(name=word, help=line) for word, line in GROUPS.items()}
    for group in groups.values():
        app.command(group)
    for verb in VERBS:
        parent = app if len(verb.words) == 1 else groups[verb.words[0]]
        parent.command(verb.target, name=verb.words[-1], help=verb.line)
    return app


def _told(error: CycloptsError | NarrowsError) -> str:
    """Return an error as one line with what to do about it."""
    line = " ".join(str(error).split())
    if isinstance(error, CoercionError) and error.target_type is date:
        return f"{line.removesuffix('.')}; write a day as 2026-01-23"
    if isinstance(error, UnknownOptionError) and error.token.value == "-":
        return "no file is called '-'; for what comes through a pipe, write /dev/stdin"
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        return _no_verb(error.unused_tokens[0])
    return line


def _no_verb(word: str) -> str:
    """Return what to say of a word that is no verb, beside those that are."""
    known = [" ".join(verb.words) for verb in VERBS]
    near = difflib.get_close_matches(word, known, n=NEAR_MAX)
    hint = f"did you mean {', '.join(near)}?" if near else "narrows --help lists every verb"
    return f"no use for {word!r}; {hint}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 done, 1 a negative answer of a verb that may give one, 2 bad input.
    """
    prepare_process()
    if arguments is None:
        outlive_readers()
    try:
        status = build_app()(
            sys.argv[1:] if arguments is None else arguments,
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except (NarrowsError, CycloptsError) as error:
        sys.stderr.write(f"narrows: {_told(error)}\n")
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return status if isinstance(status, int) else EXIT_DONE
