"""The three options that say where jobs run, the same on every verb that has them."""

from __future__ import annotations

from narrows.core import InputError
from narrows.executors import Backend, Executor, choose_executor

__all__ = ["Backend", "chosen_executor"]


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
    return choose_executor(backend, workers=workers, ray_address=ray_address)
