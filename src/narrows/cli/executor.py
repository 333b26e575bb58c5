"""The three options that say where jobs run, the same on every verb that has them."""

from __future__ import annotations

from dataclasses import dataclass

from cyclopts import Parameter

from narrows.core import InputError
from narrows.executors import Backend, Executor, choose_executor


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where jobs run.

    Parameters
    ----------
    executor
        Where searches, draws and plans are computed: serial, processes or ray; see
        docs/scale-out.md.
    workers
        How many processes, or Ray tasks at once.
    ray_address
        HOST:PORT of a Ray cluster that runs already.
    """

    executor: Backend | None = None
    workers: int | None = None
    ray_address: str | None = None

    def chosen(self) -> Executor | None:
        """Return the executor that was asked for; ``None`` where none was.

        Raises
        ------
        InputError
            An option is given that the chosen executor would ignore, or one that it needs is not.
        """
        if self.executor is not None:
            return choose_executor(
                self.executor, workers=self.workers, ray_address=self.ray_address
            )
        for name, value in (("--workers", self.workers), ("--ray-address", self.ray_address)):
            if value is not None:
                mend = "give --executor processes or --executor ray as well"
                raise InputError("nothing runs elsewhere", mend, fieldname=name, value=value)
        return None


HERE = Where()
