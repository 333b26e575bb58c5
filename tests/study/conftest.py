"""One run of the packaged study for all tests that read it."""

import pytest

from narrows.study import run_study


@pytest.fixture(scope="session")
def h200():
    return run_study("h200").document
