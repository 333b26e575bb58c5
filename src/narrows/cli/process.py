"""How a command uses the process it runs in."""

from __future__ import annotations

import gc
import os
from collections.abc import MutableMapping

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
