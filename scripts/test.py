"""README command 2: set everything up and run every check and test.

``python3 scripts/test.py [any pytest arguments]``.
"""

import sys

from environment import ensure, run

CHECKS = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy"),
    ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
)

ALL_TESTS = ("-q", "-n", "2", "--dist", "loadfile")
"""A file's tests share their costly runs, so they stay on one worker."""


def main() -> int:
    """Run the style, type and floor checks, then the tests; the first failure is the status."""
    python = ensure("requirements-dev.lock")
    failed = [check for check in CHECKS if run(python, *check) != 0]
    for check in failed:
        sys.stderr.write(f"failed: {' '.join(check)}\n")
    status = run(python, "-m", "pytest", *(sys.argv[1:] or ALL_TESTS))
    return status or (1 if failed else 0)


if __name__ == "__main__":
    sys.exit(main())
