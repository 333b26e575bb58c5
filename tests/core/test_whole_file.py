from __future__ import annotations

import os
import threading

import pytest

from narrows.core import whole_file


def put(path, text):
    with whole_file(path) as stream:
        stream.write(text)


def put_half(path):
    with whole_file(path) as stream:
        stream.write("half")
        raise RuntimeError


def test_a_failure_leaves_what_stood_there(tmp_path):
    path = tmp_path / "table.csv"
    put(path, "old")
    with pytest.raises(RuntimeError):
        put_half(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_and_its_file_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    put(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_link_to_nothing_yet_makes_its_file(tmp_path):
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    put(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


def test_a_pipe_is_written_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    put(pipe, "through")
    reader.join(timeout=10)
    assert read == ["through"]
    assert pipe.is_fifo()


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        put(tmp_path, "text")
