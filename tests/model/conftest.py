"""Both stores for every test in here."""

from tests.support.stores import postgres_server, store

__all__ = ["postgres_server", "store"]
