"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Open a file for text in UTF-8; it takes its name only once all of it is written.

    A link is followed, so that the file it points to is replaced and the link stays. What is no
    plain file, such as a terminal or a pipe, is written as the text comes: it must never be
    replaced by a file.

    Raises
    ------
    OSError
        The file cannot be written. What stood there before is unchanged.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    target = path.resolve()
    # The number of the process keeps two writers of one file apart: the last one wins, whole.
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
