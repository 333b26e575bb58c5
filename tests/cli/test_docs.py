"""What the documents tell a reader to type is there."""

import re
import shlex
from pathlib import Path

import pytest

from narrows.cli.app import build_app
from narrows.cli.verbs import GROUPS, VERBS
from narrows.cli.welcome import FIRST_COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md")
COMMAND = re.compile(r"narrows ((?:[a-z]+ )*[a-z]+)")
KNOWN = {verb.words for verb in VERBS} | {(word,) for word in GROUPS}


def words_of(command):
    words = tuple(command.split())
    return any(words[:length] in KNOWN for length in (1, 2))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_in_a_document_is_a_verb(document):
    text = document.read_text(encoding="utf-8")
    for line in re.findall(r"`(narrows [^`]*)`", text) + re.findall(r"^narrows .*$", text, re.M):
        found = COMMAND.match(line)
        if found:
            assert words_of(found[1]), line


def test_what_narrows_alone_prints_are_verbs():
    for _, command in FIRST_COMMANDS:
        found = COMMAND.match(command)
        assert found
        assert words_of(found[1]), command


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_inside_the_project_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (document.parent / target).exists(), target


def typed(document):
    text = document.read_text(encoding="utf-8")
    return re.findall(r"`(narrows [^`]*)`", text) + re.findall(r"^narrows .*$", text, re.M)


TYPED = [
    *(line for document in DOCUMENTS for line in typed(document)),
    *(line for _, line in FIRST_COMMANDS),
]
NAMED = {" ".join(("narrows", *words)) for words in KNOWN}
"""A verb that a sentence names without asking anything of it."""


@pytest.mark.parametrize("line", sorted(set(TYPED) - NAMED))
def test_every_command_that_is_shown_has_what_its_verb_asks_for(line):
    words = shlex.split(line.replace("DATE", "2026-04-01"))[1:]
    command, *_ = build_app().parse_args(words, exit_on_error=False, print_error=False)
    assert callable(command)
