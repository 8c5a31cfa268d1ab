"""DynamoDB on an engine of its own, once on each store, driven without a socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventyard.engine.registry import Service
from eventyard.services.dynamodb import work
from eventyard.services.dynamodb.operations.served import OPERATIONS
from eventyard.store.tx import Store
from tests.support.engine import Platform

TABLES = Path(work.__file__).parent / "tables"


class DynamoDB:
    """`call` runs an operation; `advance` moves the time."""

    def __init__(self, store: Store) -> None:
        self.platform = Platform(store, [Service("dynamodb", OPERATIONS, tables=TABLES, timers=work.TIMERS)])
        self.clock = self.platform.clock
        self.advance = self.platform.advance
        self.settle = self.platform.settle
        self.close = self.platform.close

    def call(self, operation: str, **params):
        return self.platform.call("dynamodb", operation, **params)

    def create_table(self, name: str = "table", *, key: str = "pk", sort: str | None = None, **params):
        """A table whose key attributes are text unless their names say otherwise: `sk:N`."""
        elements = [key, *([sort] if sort else [])]
        definitions = {part.partition(":")[0]: part.partition(":")[2] or "S" for part in elements}
        for index in [*params.get("LocalSecondaryIndexes", ()), *params.get("GlobalSecondaryIndexes", ())]:
            for element in index["KeySchema"]:
                definitions.setdefault(element["AttributeName"], "S")
        names = [part.partition(":")[0] for part in elements]
        return self.call(
            "CreateTable",
            TableName=name,
            KeySchema=[
                {"AttributeName": attribute, "KeyType": kind}
                for attribute, kind in zip(names, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in definitions.items()
            ],
            **{"BillingMode": "PAY_PER_REQUEST", **params},
        )

    def put(self, item, table: str = "table", **params):
        return self.call("PutItem", TableName=table, Item=item, **params)

    def get(self, key, table: str = "table", **params):
        return self.call("GetItem", TableName=table, Key=key, **params).get("Item")

    def now_s(self) -> int:
        return self.clock.now_ms() // 1000


@pytest.fixture
def db(store: Store) -> Iterator[DynamoDB]:
    started = DynamoDB(store)
    yield started
    started.close()
