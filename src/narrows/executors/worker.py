"""A worker process: reads packed jobs from a pipe and writes packed replies until it is closed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from narrows.executors.reply import attempt

READY = b"ready"
"""Said once, so that a worker that cannot begin is not blamed on a job."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def serve(pipe: Connection) -> None:
    """Answer jobs until the other end closes, be it because its process died."""
    pipe.send_bytes(READY)
    while True:
        try:
            payload = pipe.recv_bytes()
        except EOFError:
            return
        pipe.send_bytes(attempt(payload))


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Start processes inside this, and their linear algebra keeps to one thread.

    The libraries read these variables when they load, which is before any code of ours runs.
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
