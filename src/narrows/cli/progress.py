"""A progress line on standard error, on a terminal only and only after two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET_S = 2.0
"""What is over sooner needs no progress."""

Report = Callable[[str], None]


@contextmanager
def progress() -> Iterator[Report]:
    """Yield a function that says what is being done; it is silent when nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    began = time.monotonic()

    def report(step: str) -> None:
        if time.monotonic() - began >= QUIET_S:
            sys.stderr.write(f"\r\x1b[K{step} ...")
            sys.stderr.flush()

    yield report
    sys.stderr.write("\r\x1b[K")
