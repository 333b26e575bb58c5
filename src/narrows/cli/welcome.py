"""What ``narrows`` alone prints: one command for each kind of user."""

from __future__ import annotations

import sys

FIRST_COMMANDS: tuple[tuple[str, str], ...] = (
    ("capacity planner", "narrows run h200"),
    ("compliance officer", "narrows rules check h200-sxm --destination CN"),
    ("allocation manager", "narrows run h200-seller"),
    ("AI lab", "narrows parity h100-sxm 910c --model deepseek-v3"),
    ("policy analyst", "narrows replay h200 --to 2026-11-23"),
    ("investor", "narrows market"),
    ("editor", "narrows audit ARTICLE --as-known-on 2026-01-23"),
)
"""One line a user; a command stands here only once it is built."""


def welcome() -> None:
    """Print where each kind of user begins."""
    width = max(len(user) for user, _ in FIRST_COMMANDS)
    lines = [f"{user:<{width}}   {command}" for user, command in FIRST_COMMANDS]
    sys.stdout.write("\n".join([*lines, "", "narrows --help lists every verb.", ""]))
