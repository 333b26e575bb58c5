"""The packaged study's rooms, on the tree of the draws."""

import pytest

from narrows.study.uncertain.world import make_world


@pytest.fixture(scope="session")
def world(answered):
    return make_world(answered)
