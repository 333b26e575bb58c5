"""One run of the packaged study for all tests that read it; searches are done once a process."""

import pytest
from tests.study.searches import known_rate

from narrows.catalog import load_catalog
from narrows.rules import load_pack
from narrows.study.bridge import rates
from narrows.study.load import open_study
from narrows.study.perspectives.buyer import answer_asked, ask_rooms
from narrows.study.perspectives.question import Question


@pytest.fixture(scope="session", autouse=True)
def _searches_are_done_once():
    """Many studies here differ in their horizon or prices alone; their systems are equally fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rates, "rate_of", known_rate)
        yield


@pytest.fixture(scope="session")
def asked():
    """The question of the packaged study."""
    return Question(
        document=open_study("h200"), catalog=load_catalog(), pack=load_pack(),
        as_known_on=None, report=lambda _: None,
    )  # fmt: skip


@pytest.fixture(scope="session")
def answered(asked):
    """What the rooms say to it."""
    return ask_rooms(asked)


@pytest.fixture(scope="session")
def h200_result(answered, asked):
    """Its result."""
    return answer_asked(answered, asked)


@pytest.fixture(scope="session")
def h200(h200_result):
    """Its result as a document."""
    return h200_result.document
