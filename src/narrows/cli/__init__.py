"""The command line: thin, one file a verb."""

from narrows.cli.app import main

__all__ = ["main"]
