"""Narrows (隘口): AI compute under two export-control regimes, from rule to order.

The rooms, by floor, each usable alone: ``core``, ``catalog``, ``rules``, ``performance``,
``futures``, ``planning``, ``study``, ``brief``, ``cli``. A room imports only from floors below.
"""

__version__ = "0.1.0"
