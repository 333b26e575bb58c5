"""How a command uses the process it runs in."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, TextIO

from narrows.core import InputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

COLLECT_EVERY = 10_000
"""New objects between two collections of cycles. What a command reads lives until it ends: at the
usual 700 an answer to a study spends 0.4 CPU seconds on looking through it, here a quarter of that,
and takes no more memory."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""Our matrices are so small that a second thread waits more than it works: 0.4 CPU seconds of an
answer to a study. Sums are then also taken in one order, whatever the machine. Jobs that are worth
a processor go to an executor instead."""


def prepare_process(environment: MutableMapping[str, str] = os.environ) -> None:
    """Collect rarely and leave linear algebra on one thread, unless the user says otherwise.

    Call it before NumPy is imported, which reads the environment then and never again.
    """
    gc.set_threshold(COLLECT_EVERY)
    for name, value in ONE_THREAD.items():
        environment.setdefault(name, value)


class _Unheard(io.FileIO):
    """A file that takes what its reader no longer wants, and complains once of a full disk."""

    is_full = False

    def write(self, b: Buffer, /) -> int:
        """Write, and say that all was written where nobody reads any more.

        Raises
        ------
        InputError
            The output cannot be written. What follows is dropped.
        """
        try:
            return memoryview(b).nbytes if self.is_full else super().write(b)
        except BrokenPipeError:
            return memoryview(b).nbytes
        except OSError as error:
            self.is_full = True
            problem = f"the output cannot be written ({error.strerror})"
            raise InputError(problem, "make room, or write it elsewhere") from error


def outlive_readers() -> None:
    """Let a command go on when the reader of its output (``head``, ``less``) has seen enough.

    It then ends with the status of its answer, and not with one that says what it never found.
    """
    sys.stdout, sys.stderr = _unheard(sys.stdout), _unheard(sys.stderr)


def _unheard(stream: TextIO) -> TextIO:
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Unheard(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        # A terminal of another encoding shows \u4e2d, which JSON reads as well, instead of failing.
        errors="backslashreplace",
        line_buffering=stream.isatty() or stream is sys.stderr,
    )
