"""Where a model is served: a system or a lone chip by name, and the engine after a colon."""

from __future__ import annotations

from dataclasses import dataclass, replace

from narrows.catalog import Catalog, Chip, System
from narrows.core import InputError, RefusalError, UnknownNameError
from narrows.performance.serving.question import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chip in its system; without a system its links are a marked assumption."""

    name: str
    chip: Chip
    system: System | None
    engine: str | None

    @property
    def packages(self) -> int | None:
        """Packages of one system; ``None`` where there is no system or its size is not public."""
        return None if self.system is None else self.system.packages

    def deployed(self, chosen: Deployment) -> Deployment:
        """Return a deployment with the engine of this place, where one is named."""
        return chosen if self.engine is None else replace(chosen, engine=self.engine)


def place_named(catalog: Catalog, name: str) -> Place:
    """Return the place of ``dgx-h200``, ``h20`` or ``cloudmatrix384:cann``.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        It is neither a system nor a chip.
    RefusalError
        The chip of the system is not on record.
    """
    named, colon, engine = name.partition(":")
    if colon and not engine.strip():
        raise InputError(
            "no engine after the colon", "write SYSTEM or SYSTEM:ENGINE", fieldname="on", value=name
        )
    told = engine.strip() or None
    try:
        system = catalog.system(named)
    except UnknownNameError:
        return Place(name=name, chip=catalog.chip(named), system=None, engine=told)
    if system.chip is None or system.chip not in catalog.chips:
        raise RefusalError(f"the chip of {system.name} is not on record", ("chip",))
    return Place(name=name, chip=catalog.chips[system.chip], system=system, engine=told)
