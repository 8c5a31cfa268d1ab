"""No read of items goes through more than it gives back: SQLite's own plans say so."""

import pytest

from eventyard.languages.dynamodb.keyconditions import KeyRange
from eventyard.services.dynamodb.model.stored import Place
from eventyard.services.dynamodb.queries import items, portions
from eventyard.store.sqlite import SqliteStore
from tests.store.dynamodb.conftest import DynamoDB

START = items.Start(b"p", b"s", Place(b"", b""))


class Explained:
    """Asks for the plan of each statement instead of running it."""

    def __init__(self, tx) -> None:
        self._tx = tx
        self.plans: list[str] = []

    def all(self, sql: str, *args):
        self.plans += [row[3] for row in self._tx.all(f"explain query plan {sql}", *args)]
        return []


@pytest.mark.parametrize(
    "read",
    [
        lambda tx: list(items.in_scan_order(tx, 1, 0, low=b"a", high=b"b", start=START)),
        lambda tx: list(items.in_scan_order(tx, 1, 0, low=b"a", high=None, start=None)),
        lambda tx: list(
            items.in_partition(tx, 1, 0, partition=b"p", keys=KeyRange(low=b"a"), start=START, is_forward=False)
        ),
        lambda tx: portions.expired(tx, table_id=1, since_s=0, until_s=9, rows_max=5),
        lambda tx: portions.next_items(tx, table_id=1, after=["00", "00"], rows_max=5),
    ],
)
def test_a_page_is_found_by_an_index_and_never_sorted(tmp_path, read):
    def explain(tx, call):
        explained = Explained(tx)
        read(explained)
        return explained.plans

    db = DynamoDB(SqliteStore(tmp_path))
    plans = db.platform.transact(explain)
    db.close()
    assert len(plans) == 1
    assert plans[0].startswith("SEARCH dynamodb_item USING")
