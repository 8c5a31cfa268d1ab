"""What the store does while PostgreSQL is away, and when it is back."""

from collections.abc import Iterator

import pytest

from eventyard.base.errors import StartRefused, StoreFailed
from eventyard.store.postgres import CONNECTIONS_MAX, PostgresStore
from tests.support import postgres


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Postgres]:
    """A server of these tests' own, since they take it down."""
    started = postgres.start()
    if started is None:
        pytest.skip(postgres.MISSING)
    yield started
    started.stop()


def use(store: PostgresStore) -> None:
    tx = store.transaction()
    try:
        tx.one("select 1 as one")
        tx.commit()
    finally:
        store.release(tx)


def fail_often(store: PostgresStore) -> None:
    """More often than there are connections, so that a lost one is missed."""
    for _ in range(2 * CONNECTIONS_MAX):
        with pytest.raises(StoreFailed):
            use(store)


def test_a_store_says_that_its_database_is_away_and_works_when_it_is_back(server: postgres.Postgres):
    store = PostgresStore(server.new_database())
    use(store)
    server.go_down()
    fail_often(store)
    with pytest.raises(StoreFailed):
        store.size_bytes()
    server.come_back()
    use(store)
    assert store.size_bytes() > 0
    store.close()


def test_a_store_stays_the_only_one_of_its_database_when_that_has_restarted(server: postgres.Postgres):
    address = server.new_database()
    store = PostgresStore(address)
    use(store)
    server.go_down()
    fail_often(store)
    server.come_back()
    use(store)
    with pytest.raises(StartRefused, match="another eventyard"):
        PostgresStore(address)
    store.close()


def test_a_store_whose_database_another_has_taken_meanwhile_fails_every_call(server: postgres.Postgres):
    address = server.new_database()
    store = PostgresStore(address)
    use(store)
    server.go_down()
    fail_often(store)
    server.come_back()
    other = PostgresStore(address)
    with pytest.raises(StoreFailed, match="another eventyard"):
        use(store)
    other.close()
    store.close()
