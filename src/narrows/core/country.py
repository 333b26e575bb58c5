"""Codes of states and territories, as the rules and studies write them."""

from __future__ import annotations

import re

COUNTRY_CODE = re.compile(r"^[A-Z]{2}$")
"""The form of ISO 3166-1 alpha-2; which codes a rule knows is the rule's own matter."""
