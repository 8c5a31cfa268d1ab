"""Both stores under one fixture: every test that takes `store` runs once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventyard.store.postgres import PostgresStore
from eventyard.store.sqlite import SqliteStore
from eventyard.store.tx import Store
from tests.support import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """One PostgreSQL server for the whole run."""
    server = postgres.start()
    if server is None:
        pytest.skip(postgres.MISSING)
    yield server
    server.stop()


@pytest.fixture
def postgres_database(postgres_server: postgres.Postgres) -> Iterator[str]:
    """The address of an empty database for one test."""
    address = postgres_server.new_database()
    yield address
    postgres_server.give_back(address)


@pytest.fixture
def furnished_database(postgres_server: postgres.Postgres) -> Iterator[str]:
    """The address of a database for a platform with all services."""
    address = postgres_server.furnished_database()
    yield address
    postgres_server.give_back_furnished(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A fresh, empty store. Whoever takes it closes it (an engine does so when it stops)."""
    if request.param == "sqlite":
        return SqliteStore(tmp_path / "data", is_durable=False)
    return PostgresStore(request.getfixturevalue("postgres_database"))
