"""``narrows validate``: errors on published measurements, of one kind of work or of both."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from narrows.cli.options import AsJson


def validate(
    kind: Literal["training", "serving"] | None = None,
    /,
    *,
    add: Path | None = None,
    as_json: AsJson = False,
) -> int:
    """Print errors, coverage and interval width on published runs, beside the targets.

    Parameters
    ----------
    kind
        training or serving; both where it is left out.
    add
        A CSV of your own runs, reported apart; needs the kind.
    as_json
        Print JSON.

    Returns
    -------
    1 where a target is missed, else 0.
    """
    from narrows.cli.validate_serving import validate_serving
    from narrows.cli.validate_training import validate_training
    from narrows.core import InputError

    checks = {"training": validate_training, "serving": validate_serving}
    if kind is not None:
        return checks[kind](add=add, as_json=as_json)
    if add is not None:
        raise InputError(
            "--add needs to know of which kind the runs are",
            "write `narrows validate training --add ...`",
            fieldname="--add",
        )
    return max(check(as_json=as_json) for check in checks.values())
