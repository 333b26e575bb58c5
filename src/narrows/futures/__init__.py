"""The futures room."""
