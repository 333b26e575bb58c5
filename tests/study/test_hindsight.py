"""A replay sees nothing that became known later: delete it all, and the bytes stay the same."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.study.pruning import prune

import narrows

CLOCK = date(2026, 1, 23)
FEWEST_PRUNED = 100
"""About half of the dated records are younger; far fewer would mean that pruning does not work."""


def run_h200(source: Path, folder: Path, day: date) -> bytes:
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [
            sys.executable, "-m", "narrows", "run", "h200",
            "--as-known-on", day.isoformat(), "--output", str(folder),
        ],
        check=True, env=environment, capture_output=True,
    )  # fmt: skip
    return (folder / "result.json").read_bytes()


@pytest.fixture
def package(tmp_path) -> Path:
    source = tmp_path / "source"
    shutil.copytree(
        Path(narrows.__file__).parent, source / "narrows",
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    return source


def test_deleting_every_later_record_changes_no_byte(package, tmp_path, h200, h200_result):
    assert h200["clocks"]["as_known_on"] == CLOCK.isoformat()
    assert prune(package / "narrows" / "data", CLOCK) > FEWEST_PRUNED
    assert run_h200(package, tmp_path / "out", CLOCK) == h200_result.to_json().encode()
