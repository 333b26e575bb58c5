import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from narrows.cli.process import COLLECT_EVERY, ONE_THREAD, prepare_process


@pytest.fixture(autouse=True)
def _as_before():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_a_command_collects_rarely_and_keeps_linear_algebra_on_one_thread():
    environment = {}
    prepare_process(environment)
    assert gc.get_threshold()[0] == COLLECT_EVERY
    assert environment == ONE_THREAD


def test_what_the_user_says_of_threads_stands():
    environment = {"OPENBLAS_NUM_THREADS": "3"}
    prepare_process(environment)
    assert environment == {"OPENBLAS_NUM_THREADS": "3"}


def test_numpy_is_not_imported_before_the_environment_is_set():
    code = "import sys, narrows.cli; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["rules", "list"], 0),
        (["rules", "list", "--json"], 0),
        (["--help"], 0),
        (["rules", "check", "b200", "--destination", "CN", "--json"], 1),
        (["rules", "check", "b200", "--destination", "CN"], 1),
        (["bogus"], 2),
    ],
)
def test_the_status_is_that_of_the_answer_when_nobody_reads_on(words, status):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "narrows", *words]
    try:
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr


def test_a_terminal_without_han_characters_is_answered_in_escapes():
    command = [sys.executable, "-m", "narrows", "rules", "list", "--lang", "zh-Hant", "--json"]
    said = {}
    for encoding in ("ascii", "utf-8"):
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        done = subprocess.run(command, capture_output=True, env=environment, check=True)
        said[encoding] = json.loads(done.stdout)
    assert said["ascii"] == said["utf-8"]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="a device of Linux")
@pytest.mark.parametrize("words", [["chip", "h200"], ["rules", "list", "--json"], []])
def test_a_full_disk_is_told_in_one_line(words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "narrows", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().startswith("narrows: the output cannot be written")
    assert done.stderr.count(b"\n") == 1
