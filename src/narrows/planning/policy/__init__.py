"""The policy graph: orders that react to regimes over any number of futures (SDDP)."""
