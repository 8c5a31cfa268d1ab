"""Decisions on values, a file a noun."""
