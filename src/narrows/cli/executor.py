"""The three options that say where jobs run, the same on every verb that has them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from narrows.core import InputError

if TYPE_CHECKING:
    from narrows.planning.executors import Executor


class Backend(StrEnum):
    """Where jobs run; kept apart from the planner, which takes a second to import."""

    SERIAL = "serial"
    PROCESSES = "processes"
    RAY = "ray"


def chosen_executor(
    backend: Backend | None, *, workers: int | None, ray_address: str | None
) -> Executor | None:
    """Return the executor that was asked for; ``None`` where none was.

    Raises
    ------
    InputError
        An option is given that the chosen executor would ignore, or one that it needs is not.
    """
    if backend is None:
        for name, value in (("--workers", workers), ("--ray-address", ray_address)):
            if value is not None:
                mend = "give --executor processes or --executor ray as well"
                raise InputError("nothing runs elsewhere", mend, fieldname=name, value=value)
        return None
    from narrows.planning.executors import Backend as Chosen
    from narrows.planning.executors import choose_executor

    return choose_executor(Chosen(backend), workers=workers, ray_address=ray_address)
