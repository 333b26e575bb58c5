"""The address of a running cluster: read and knocked at before Ray is asked to join it.

Ray itself keeps trying for many minutes where nobody answers.
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from narrows.executors.errors import ExecutorError, fault

KNOCK_S = 10.0
"""A machine that does not accept a connection in this time is off, or the port is wrong."""

ANSWER_S = 1.0
"""Within one cluster an answer takes milliseconds."""


def check_address(address: str) -> None:
    """Refuse what is not ``HOST:PORT``.

    Raises
    ------
    InputError
        It is not.
    """
    _parts(address)


def knock(address: str) -> None:
    """Open and close a connection.

    Raises
    ------
    ExecutorError
        Nobody answers.
    """
    try:
        socket.create_connection(_parts(address), timeout=KNOCK_S).close()
    except OSError as error:
        mend = "see that `ray start --head` runs there, and that the port is open"
        raise ExecutorError(f"no Ray cluster answers at {address} ({error})", mend) from error


def answers(host: str, port: int) -> bool:
    """Return whether a machine of a cluster still takes connections."""
    try:
        socket.create_connection((host, port), timeout=ANSWER_S).close()
    except OSError:
        return False
    return True


def _parts(address: str) -> tuple[str, int]:
    mend = "write HOST:PORT, as `ray start --head` shows it"
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise fault("ray_address", "not the address of a Ray cluster", mend, address) from error
    if host is None or port is None or "/" in address:
        raise fault("ray_address", "not the address of a Ray cluster", mend, address)
    return host, port
