from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from narrows.catalog import Catalog, load_catalog
from narrows.core import COMPILED_ON
from narrows.futures import GateChains, fit_chains

JANUARY = date(2026, 1, 23)

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="session")
def chains(catalog: Catalog) -> GateChains:
    return fit_chains(catalog, known_on=JANUARY)


@pytest.fixture(scope="session")
def deleted() -> Callable[[Catalog, date], Catalog]:
    """Delete every event, chip and market row that became known after a day."""

    def delete(catalog: Catalog, day: date) -> Catalog:
        return replace(
            catalog,
            events=tuple(e for e in catalog.events if (e.known_on or COMPILED_ON) <= day),
            chips={k: c for k, c in catalog.chips.items() if (c.known_on or COMPILED_ON) <= day},
            market=tuple(m for m in catalog.market if (m.known_on or COMPILED_ON) <= day),
        )

    return delete
