"""The sections of a result, one a module: each turns rooms' answers into figures and messages."""
