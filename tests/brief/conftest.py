import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from narrows.core import Json

FIXTURE = Path(__file__).parent / "fixture"


@pytest.fixture
def result() -> dict[str, Json]:
    """A whole result with invented figures, fresh for each test."""
    loaded: Mapping[str, Json] = json.loads((FIXTURE / "result.json").read_text("utf-8"))
    return dict(loaded)
