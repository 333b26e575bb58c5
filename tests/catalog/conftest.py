from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from narrows.catalog import Catalog, data_root, load_catalog

Edit = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the data that a test may spoil."""
    shutil.copytree(data_root() / "catalog", tmp_path / "catalog")
    shutil.copy(data_root() / "aliases.yaml", tmp_path / "aliases.yaml")
    return tmp_path


@pytest.fixture
def spoil(copied: Path) -> Edit:
    """Replace one piece of text in one file of the copy and return the root."""

    def edit(file: str, old: str, new: str) -> Path:
        path = copied / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return copied

    return edit
