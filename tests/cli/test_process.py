import gc
import subprocess
import sys

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
