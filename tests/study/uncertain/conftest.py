"""The packaged study's rooms, asked once."""

import pytest

from narrows.catalog import load_catalog
from narrows.rules import load_pack
from narrows.study.load import open_study
from narrows.study.perspectives.buyer import ask_rooms
from narrows.study.perspectives.question import Question
from narrows.study.uncertain.world import make_world


@pytest.fixture(scope="session")
def answered():
    return ask_rooms(
        Question(
            document=open_study("h200"), catalog=load_catalog(), pack=load_pack(),
            as_known_on=None, report=lambda _: None,
        )
    )  # fmt: skip


@pytest.fixture(scope="session")
def world(answered):
    return make_world(answered)
