"""Both stores for every test in here."""

from tests.support.stores import store

__all__ = ["store"]
