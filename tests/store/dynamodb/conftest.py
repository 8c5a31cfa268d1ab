"""DynamoDB on an engine of its own, driven without a socket."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from eventyard.base.clock import VirtualClock
from eventyard.base.faults import Faults
from eventyard.base.ids import Ids
from eventyard.engine.engine import Engine
from eventyard.engine.registry import Registry, Service
from eventyard.services import dynamodb
from eventyard.services.dynamodb import work
from eventyard.services.dynamodb.operations.served import OPERATIONS
from eventyard.store.sqlite import SqliteStore

ACCOUNT = "111122223333"
REGION = "eu-central-1"
TABLES = Path(dynamodb.__file__).parent / "tables"


class DynamoDB:
    """`call` runs an operation; `advance` moves the time."""

    def __init__(self, store) -> None:
        self.clock = VirtualClock(1_769_956_320_000)  # 2026-02-01T14:32:00Z
        self._loop = asyncio.new_event_loop()
        self.engine = self._loop.run_until_complete(self._start(store))

    def call(self, operation: str, **params):
        call = self.engine.new_call(
            service="dynamodb", operation=operation, params=params, account=ACCOUNT, region=REGION
        )
        work = self.engine.registry.operation("dynamodb", operation)
        return self._loop.run_until_complete(self.engine.run(work, call))

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

    def advance(self, duration_ms: int) -> None:
        self._loop.run_until_complete(self.engine.advance(duration_ms))

    def settle(self) -> None:
        self._loop.run_until_complete(self.engine.settle())

    def close(self) -> None:
        self._loop.run_until_complete(self.engine.stop())
        self._loop.close()

    async def _start(self, store) -> Engine:
        engine = Engine(
            store=store,
            registry=Registry([Service("dynamodb", OPERATIONS, tables=TABLES, timers=work.TIMERS)]),
            clock=self.clock,
            ids=Ids(1),
            faults=Faults(),
            validate=lambda *_: None,
        )
        engine.migrate()
        engine.start()
        await engine.settle()
        return engine


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DynamoDB]:
    started = DynamoDB(SqliteStore(tmp_path))
    yield started
    started.close()
