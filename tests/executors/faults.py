"""Executors that lose workers or jobs on purpose."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.executors.work import die_once_then

from narrows.executors import Cause, Failure, Processes, Serial


@dataclass
class Killing:
    """Runs jobs in two processes and ends the worker of the second job of each run."""

    folder: Path
    retried: list[int] = field(default_factory=list)

    def run(self, jobs, limits=None):
        first, second, *rest = jobs
        mark = str(self.folder / f"{len(self.retried)}")
        struck = replace(
            second, work=die_once_then, arguments=(mark, second.work, *second.arguments)
        )
        run = Processes(workers=2).run([first, struck, *rest], limits)
        self.retried.append(run.retried)
        return run


@dataclass(frozen=True)
class Losing:
    """Runs jobs here and loses some by their keys."""

    lost: frozenset[str]

    def run(self, jobs, limits=None):
        run = Serial().run(jobs, limits)
        return replace(run, outcomes=tuple(self._outcome(one) for one in run.outcomes))

    def _outcome(self, one):
        if one.key not in self.lost:
            return one
        return Failure(key=one.key, cause=Cause.GONE, reason="its worker was lost", tries=3)
