"""Read a result that was written earlier, from its file or its folder."""

from __future__ import annotations

import json
from pathlib import Path

from narrows.core import InputError, Json
from narrows.study.result import JSON_NAME

BYTES_MAX = 64 * 2**20
"""Sixty times the largest packaged result; a larger file is none of ours."""
PARTS = ("study", "clocks", "gates", "orders", "derivations", "sources")
_MEND = "name a result.json, or the folder that `narrows run` wrote"


def read_result_file(path: Path) -> dict[str, Json]:
    """Return the document of a result.

    Raises
    ------
    InputError
        There is no such file, or it is no result.
    """
    file = path / JSON_NAME if path.is_dir() else path
    try:
        if file.stat().st_size > BYTES_MAX:
            raise InputError("file is too large for a result", _MEND, file=file)
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", _MEND, file=file) from error
    except (ValueError, RecursionError) as error:
        raise InputError("is no JSON", _MEND, file=file) from error
    if not isinstance(document, dict):
        raise InputError("is no result", _MEND, file=file)
    for part in PARTS:
        if part not in document:
            raise InputError("result lacks a part", _MEND, file=file, fieldname=part)
    return document
