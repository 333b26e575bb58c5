"""What-if: a value laid over a parameter from a day on, without copying a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from narrows.core import COMPILED_ON, InputError, UnknownNameError
from narrows.rules.law import Certainty, Citation, Span
from narrows.rules.parameter import DatedValue, Parameter, ParameterValue, fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A value for a parameter over a span, with a citation or marked as an assumption.

    Parameters
    ----------
    path
        The id of the parameter. A bill is enacted by setting its switch to ``on``.
    value
        In the parameter's own kind and unit; ``None`` makes it unknown.
    """

    path: str
    value: ParameterValue
    span: Span = field(default_factory=Span)
    cite: Citation | Literal["assumption"] = "assumption"

    @property
    def dated(self) -> DatedValue:
        """The overlay as a dated value. It is the reader's own, so every replay may see it."""
        return DatedValue(
            value=self.value, in_force=self.span, known_on=None, cite=self._citation()
        )

    def _citation(self) -> Citation:
        if isinstance(self.cite, Citation):
            return self.cite
        return Citation(
            instrument="assumption", at=self.path, read=COMPILED_ON, certainty=Certainty.R
        )


def check_overlay(parameters: Mapping[str, Parameter], overlay: Overlay) -> None:
    """Refuse an overlay that names no parameter, or whose value is not of its kind.

    Raises
    ------
    UnknownNameError
        No parameter has the id of the path.
    InputError
        The value is of another kind than the parameter's.
    """
    parameter = parameters.get(overlay.path)
    if parameter is None:
        near = sorted(name for name in parameters if name.split(".")[-1] in overlay.path)
        raise UnknownNameError("parameter", overlay.path, tuple(near[:NEAR_MAX]))
    if not fits(parameter.kind, overlay.value):
        mend = f"give a value of kind {parameter.kind} in {parameter.unit}"
        raise InputError("overlay value is of the wrong kind", mend, value=overlay.value)


NEAR_MAX = 5
"""More near names than this are no help."""

__all__ = ["Overlay", "check_overlay"]
