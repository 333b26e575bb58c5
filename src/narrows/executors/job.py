"""A job: a pure function of a module and its arguments, under a key."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from narrows.executors.errors import fault

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[T_co]):
    """Something to compute elsewhere, perhaps more than once.

    Attributes
    ----------
    key
        Names the job in reports and seeds; each key once in a run.
    work
        A function that a worker can import by name, so neither a lambda nor an inner function.
        It must be pure: a job whose worker is lost is tried again, and its first try may have
        ended unseen.
    arguments
        Positional arguments; everything that decides the result, seeds included.
    """

    key: str
    work: Callable[..., T_co]
    arguments: tuple[object, ...] = ()


def job_seed(key: str, *, root: int = 0) -> int:
    """Return a 64-bit seed that depends on a job's key and a root seed only.

    It is the same on every machine and in every order, unlike ``hash`` or a counter.
    """
    return int.from_bytes(hashlib.blake2b(f"{root}/{key}".encode(), digest_size=8).digest(), "big")


def packed(job: Job[object]) -> bytes:
    """Return function and arguments as bytes; every back end runs a job from these.

    Raises
    ------
    InputError
        A worker could not import the function or read an argument.
    """
    try:
        return pickle.dumps((job.work, job.arguments), protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        mend = "use a function of a module, and arguments that can be pickled"
        raise fault(job.key, f"the job cannot be sent to a worker: {error}", mend) from error


def check_keys(jobs: Sequence[Job[object]]) -> None:
    """Refuse a key that two jobs share."""
    seen: set[str] = set()
    for job in jobs:
        if job.key in seen:
            raise fault("job.key", "two jobs have one key", "give each its own", job.key)
        seen.add(job.key)
