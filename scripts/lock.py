"""Renew the lock files: exact versions with hashes, and no address of any package index."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = (
    sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes",
    "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate",
    "--python-version", "3.11", "pyproject.toml",
)  # fmt: skip


def lock(output: str, *extras: str) -> None:
    """Write one lock file; ``hatchling`` builds the editable install without the network."""
    arguments = [argument for extra in extras for argument in ("--extra", extra)]
    subprocess.run([*COMMON, *arguments, "--output-file", output], check=True, cwd=ROOT)


if __name__ == "__main__":
    lock("requirements.lock", "build")
    lock("requirements-dev.lock", "build", "dev")
