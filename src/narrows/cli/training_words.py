"""What the training verbs share: names on the command line, flags in words, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from narrows.brief import text
from narrows.catalog import Catalog
from narrows.cli.ranges import check_range
from narrows.core import Estimate, InputError, Message, UnknownNameError
from narrows.performance.calibration import Calibration, packaged
from narrows.performance.calibration.own import read_own
from narrows.performance.dimensions import dimensions_of
from narrows.performance.hardware import Hardware, Precision, hardware_of
from narrows.performance.model_config import dimensions_from_config
from narrows.performance.servers import usual_system
from narrows.performance.shape import Shape, shape_of, with_mtp
from narrows.performance.training.names import resolve_precision

MTP_MAX = 16
"""Five times the most layers for further tokens of any published model."""


def shape_named(name: str, catalog: Catalog, *, mtp: int | None) -> Shape:
    """Return the shape of a catalogue model, or of a ``config.json`` where a file has the name.

    ``mtp`` is the number of layers for further tokens; ``None`` keeps the model's own.
    """
    if mtp is not None:
        check_range("mtp", mtp, 0, MTP_MAX)
    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        return with_mtp(shape_of(dimensions_from_config(path)), mtp)
    return with_mtp(shape_of(dimensions_of(catalog.model(name))), mtp)


def hardware_named(name: str, catalog: Catalog) -> Hardware:
    """Return the hardware of a system, or of a chip in the server in which it is sold."""
    try:
        system = catalog.system(name)
    except UnknownNameError:
        chip = catalog.chip(name)
        return hardware_of(chip, usual_system(chip, catalog.systems))
    if system.chip is None or system.chip not in catalog.chips:
        raise InputError(
            "the chip of this system is not in the catalogue", "name a chip", value=system.id
        )
    return hardware_of(catalog.chips[system.chip], system)


def precision_named(name: str) -> Precision:
    """Return the number format that a word means."""
    found = resolve_precision(name)
    if found is None:
        raise InputError("no number format is named", "write bf16, fp8, mxfp8 or nvfp4")
    return found


def calibration_named(path: Path | None) -> Calibration:
    """Return the packaged calibration, or a user's own on top of it."""
    return packaged() if path is None else read_own(path, packaged())


def notes(flags: Iterable[Message], lang: str = "en") -> list[str]:
    """Return flags as sentences."""
    return [text(flag, language=lang) for flag in flags]


def band(estimate: Estimate, digits: int = 3) -> str:
    """Return an estimate as ``median (low-high)``."""
    low, middle, high = (f"{v:,.{digits}g}" if v < 1000 else f"{v:,.0f}" for v in
                         (estimate.p05, estimate.p50, estimate.p95))  # fmt: skip
    return f"{middle} ({low}-{high})"
