"""Make the project's own virtual environment from a lock file, once, and say where it is.

Needs Python with venv and a package index, nothing else. A stamp inside the environment remembers
which lock file and which project file it was made from, so that the second call costs nothing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON_MIN = (3, 11)


def ensure(lock: str) -> Path:
    """Return the environment's Python, with the packages of ``lock`` and Narrows installed."""
    if sys.version_info < PYTHON_MIN:
        sys.exit(f"Narrows needs Python {'.'.join(map(str, PYTHON_MIN))} or newer")
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = HOME / f"made-from-{lock}"
    wanted = _fingerprint(lock)
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return python
    if not python.exists():
        sys.stderr.write(f"making a virtual environment in {HOME.name}/ ...\n")
        venv.create(HOME, with_pip=True)
    sys.stderr.write(f"installing from {lock} ...\n")
    _pip(python, "--require-hashes", "--only-binary=:all:", "-r", str(ROOT / lock))
    _pip(python, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(wanted)
    return python


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*command, *arguments], check=False, cwd=ROOT).returncode != 0:
        sys.exit(
            "installation failed; for an offline machine set PIP_NO_INDEX=1 and "
            "PIP_FIND_LINKS=<folder of wheels>, for a mirror set PIP_INDEX_URL"
        )


def _fingerprint(lock: str) -> str:
    parts = ((ROOT / name).read_bytes() for name in (lock, "pyproject.toml"))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def run(python: Path, *arguments: str) -> int:
    """Run the environment's Python and return its exit status."""
    return subprocess.run([str(python), *arguments], check=False, cwd=ROOT).returncode
