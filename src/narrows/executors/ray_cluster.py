"""Workers on one or more machines, by Ray. Needs the extra ``narrows[ray]``, only when used."""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from narrows.executors.address import answers, check_address, knock
from narrows.executors.crew import Ended
from narrows.executors.drive import drive
from narrows.executors.errors import ExecutorError, fault
from narrows.executors.job import Job
from narrows.executors.limits import Limits
from narrows.executors.outcome import Cause, Run
from narrows.executors.reply import Bug, Reply, attempt, one_line, unpacked

T = TypeVar("T")
EMPTY_CLUSTER_S = 120.0
"""A replacement machine that starts from nothing registers within two minutes, or not at all."""
LOOK_AGAIN_S = 1.0
"""An empty cluster is asked this often whether a machine has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RayCluster:
    """Runs jobs on the processors of a Ray cluster, one each.

    Attributes
    ----------
    address
        ``HOST:PORT`` of a running cluster, every machine of which has the same Python, Ray and
        Narrows; ``None`` starts one on this machine and ends it after the run. A Ray that this
        program has already joined is used as it is.
    workers
        Processors of a cluster started here; ``None`` takes all. A running cluster has its own.
    """

    address: str | None = None
    workers: int | None = None

    def __post_init__(self) -> None:
        if self.address is not None:
            check_address(self.address)
        if self.address is not None and self.workers is not None:
            problem, mend = "a running Ray cluster has its own workers", "leave one of the two out"
            raise fault("workers", problem, mend, self.workers)

    def run(self, jobs: Sequence[Job[T]], limits: Limits | None = None) -> Run[T]:
        """Run jobs; see :class:`narrows.executors.Executor`."""
        return drive(_Cluster(import_ray(), self), jobs, limits or Limits())


def import_ray() -> ModuleType:
    """Return the library.

    Raises
    ------
    ExecutorError
        It is not installed.
    """
    try:
        return importlib.import_module("ray")
    except ModuleNotFoundError as error:
        mend = "install the extra narrows[ray], or use the processes executor"
        raise ExecutorError("Ray is not installed", mend) from error


class _Cluster:
    """As many tries in flight as the cluster has processors now, each sent to a machine by name.

    Ray is told not to retry: a try counts the same whichever back end lost it. We choose the
    machine, because Ray waits on for a try on one that fell silent without closing connections,
    even when it has itself declared that machine dead.
    """

    def __init__(self, ray: ModuleType, wish: RayCluster) -> None:
        self._ray, self._wish = ray, wish
        self._is_ours = False
        self._refs: dict[object, tuple[int, str]] = {}
        self._room: dict[str, int] = {}
        self._suspects: set[str] = set()
        self._empty_since: float | None = None

    def __enter__(self) -> Self:
        if not self._ray.is_initialized():
            self._join()
            self._is_ours = True
        self._attempt = self._ray.remote(num_cpus=1, max_retries=0)(attempt)
        return self

    def _join(self) -> None:
        """Join the running cluster, or start one here."""
        address, workers = self._wish.address, self._wish.workers
        quiet = {"log_to_driver": False, "configure_logging": False}
        if address is None:
            self._ray.init(address="local", num_cpus=workers, include_dashboard=False, **quiet)
            return
        knock(address)
        try:
            self._ray.init(address=address, **quiet)
        except (ConnectionError, RuntimeError) as error:
            mend = "see that it runs the same Ray and Python: `ray status`"
            raise ExecutorError(f"cannot join {address}: {one_line(error)}", mend) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for ref in self._refs:
            self._ray.cancel(ref, force=True)
        self._refs.clear()
        if self._is_ours:
            self._ray.shutdown()

    def free(self) -> int:
        nodes = [node for node in self._ray.nodes() if self._lives(node)]
        self._room = {node["NodeID"]: int(node["Resources"].get("CPU", 0.0)) for node in nodes}
        self._judge(sum(self._room.values()))
        for _, node in self._refs.values():
            if node in self._room:
                self._room[node] -= 1
        return sum(max(0, room) for room in self._room.values())

    def start(self, ticket: int, payload: bytes) -> None:
        node = max(sorted(self._room), key=self._room.__getitem__)
        self._room[node] -= 1
        strategy = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        there = self._attempt.options(scheduling_strategy=strategy(node, soft=False))
        self._refs[there.remote(payload)] = (ticket, node)

    def wait(self, seconds: float) -> list[Ended]:
        lost = [ref for ref, (_, node) in self._refs.items() if node not in self._room]
        if lost:
            return [self._abandon(ref) for ref in lost]
        refs = list(self._refs)
        if not refs:
            time.sleep(LOOK_AGAIN_S)
            return []
        self._ray.wait(refs, num_returns=1, timeout=seconds)
        ready, _ = self._ray.wait(refs, num_returns=len(refs), timeout=0)
        return [self._read(ref) for ref in ready]

    def stop(self, ticket: int) -> None:
        ref = next(ref for ref, (held, _) in self._refs.items() if held == ticket)
        del self._refs[ref]
        self._ray.cancel(ref, force=True)

    def _lives(self, node: Mapping[str, Any]) -> bool:
        """Return whether a machine lives; one that lost a try is asked, as Ray is slow to know."""
        if not node["Alive"] or node["NodeID"] not in self._suspects:
            return bool(node["Alive"])
        return answers(node["NodeManagerAddress"], node["NodeManagerPort"])

    def _abandon(self, ref: object) -> Ended:
        """Give up a try on a machine that is gone."""
        ticket, _ = self._refs.pop(ref)
        return ticket, Reply(cause=Cause.GONE, reason="its machine was lost")

    def _read(self, ref: object) -> Ended:
        """Fetch a reply; a lost worker or machine is an answer too."""
        (ticket, node), errors = self._refs.pop(ref), self._ray.exceptions
        try:
            return ticket, unpacked(self._ray.get(ref))
        except errors.RayTaskError as error:
            return ticket, Bug(reason=one_line(error.cause))
        except errors.RayError as error:
            self._suspects.add(node)
            reason = f"its worker or machine was lost ({type(error).__name__})"
            return ticket, Reply(cause=Cause.GONE, reason=reason)

    def _judge(self, processors: int) -> None:
        """Give up a cluster that has stayed without a processor."""
        if processors > 0:
            self._empty_since = None
            return
        now = time.monotonic()
        self._empty_since = self._empty_since or now
        if now - self._empty_since > EMPTY_CLUSTER_S:
            problem = f"the Ray cluster has had no processor for {EMPTY_CLUSTER_S:g} s"
            raise ExecutorError(problem, "add a machine: `ray start --address=HOST:PORT`")
