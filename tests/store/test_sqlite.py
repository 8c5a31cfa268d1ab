"""What only SQLite can do: meet a broken page while it runs, and keep what is new in a second file."""

from pathlib import Path

import pytest

from eventyard.base.errors import StoreFailed
from eventyard.store.sqlite import SqliteStore

PAGE_BYTES = 4096


def test_a_page_that_breaks_while_serving_is_a_failure_of_the_store(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    tx = store.transaction()
    tx.run("create table pile (number integer, body text)")
    tx.many("insert into pile values (?, ?)", [(number, "x" * 1000) for number in range(2000)])
    tx.commit()
    store.close()
    database = tmp_path / "eventyard.db"
    store = SqliteStore(tmp_path)
    with database.open("r+b") as file:
        file.seek(PAGE_BYTES)
        file.write(b"\xff" * (database.stat().st_size - PAGE_BYTES))
    tx = store.transaction()
    tx.run("pragma shrink_memory")  # else the pages that the check at the start has read are still there
    with pytest.raises(StoreFailed, match="malformed"):
        tx.all("select sum(length(body)) from pile")
    tx.rollback()
    store.close()


def test_the_size_counts_what_is_committed_and_not_yet_in_the_database_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    tx = store.transaction()
    tx.run("create table pile (body text)")
    tx.run("insert into pile values (?)", "x" * 100_000)
    tx.commit()
    assert store.size_bytes() > 100_000
    store.close()
