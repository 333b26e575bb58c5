"""Errors of this room: a problem that is not well posed, a solver that gave up."""

from __future__ import annotations

from dataclasses import dataclass

from narrows.core import InputError, NarrowsError


@dataclass
class ProblemError(InputError):
    """A planning problem is not well posed. ``fieldname`` names the array, e.g. ``work.demand``."""


@dataclass
class SolverError(NarrowsError):
    """The solver returned no answer that can be used."""

    status: str
    mend: str

    def __str__(self) -> str:
        return f"the solver stopped without a plan ({self.status}); {self.mend}"


fault = ProblemError.of_field
"""The error that points at one array of a problem."""
