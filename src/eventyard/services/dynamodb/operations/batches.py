"""BatchGetItem and BatchWriteItem: several items at once, each on its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.dynamodb.keys import key_of, require_key
from eventyard.languages.dynamodb.paths import Projection
from eventyard.languages.dynamodb.values import Item, accept_item
from eventyard.services.dynamodb import errors, work
from eventyard.services.dynamodb.model.capacity import Consumed, read_units
from eventyard.services.dynamodb.model.changes import cost_of
from eventyard.services.dynamodb.model.reads import get_projection, require_get_form
from eventyard.services.dynamodb.model.stored import Place, place_of
from eventyard.services.dynamodb.model.tables import Table
from eventyard.services.dynamodb.model.writes import Write, collection_metrics, delete_write, put_write
from eventyard.services.dynamodb.operations import counting
from eventyard.services.dynamodb.queries import items, tables
from eventyard.store.tx import Tx

READ_KEYS_MAX = 100
WRITES_MAX = 25
ANSWER_BYTES_MAX = 16 * (1 << 20)

Request = Call[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Gets:
    """What a BatchGetItem wants of one table; `name` as the request names the table."""

    name: str
    table: Table
    keys: Sequence[Item]
    projection: Projection | None
    is_consistent: bool


def batch_get_item(tx: Tx, call: Request) -> dict[str, Any]:
    """Items by their keys; what is beyond 16 MB comes back as `UnprocessedKeys`."""
    params = call.params
    requested: Mapping[str, Mapping[str, Any]] = params["RequestItems"]
    if not requested:
        raise errors.invalid("The requestItems parameter is required for BatchGetItem")
    if sum(len(wanted["Keys"]) for wanted in requested.values()) > READ_KEYS_MAX:
        raise errors.invalid("Too many items requested for the BatchGetItem call")
    gets = list(_gets(tx, call, requested))
    responses: dict[str, list[Item]] = {}
    unprocessed: dict[str, dict[str, Any]] = {}
    capacity = []
    left_bytes = ANSWER_BYTES_MAX
    for get in gets:
        consumed = Consumed(get.table)
        shown = responses[get.name] = []
        for number, key in enumerate(get.keys):
            found = items.find(tx, get.table, place_of(key, get.table.key))
            size_bytes = found.size_bytes if found is not None else 0
            if size_bytes > left_bytes:
                unprocessed[get.name] = {**requested[get.name], "Keys": get.keys[number:]}
                left_bytes = -1
                break
            left_bytes -= size_bytes
            consumed.add(None, read_units(size_bytes, is_consistent=get.is_consistent))
            if found is not None:
                shown.append(get.projection.project(found.item) if get.projection else found.item)
        if consumed.table_units:
            capacity.append(consumed)
    counting.consume(tx, call, capacity, "Read")
    return {"Responses": responses, "UnprocessedKeys": unprocessed, **_capacity(params, capacity)}


def batch_write_item(tx: Tx, call: Request) -> dict[str, Any]:
    """Puts and deletes, each on its own but all in this transaction, so none is ever unprocessed."""
    params = call.params
    requested: Mapping[str, list[Mapping[str, Any]]] = params["RequestItems"]
    if not requested:
        raise errors.invalid("The requestItems parameter is required for BatchWriteItem")
    if sum(map(len, requested.values())) > WRITES_MAX:
        raise errors.invalid("Too many items requested for the BatchWriteItem call")
    writes = {name: [_write(entry) for entry in entries] for name, entries in requested.items()}
    placed = {name: _placed(tx, call, name, listed) for name, listed in writes.items()}
    capacity = []
    metrics: dict[str, list[dict[str, Any]]] = {}
    for name, (table, pairs) in placed.items():
        consumed = Consumed(table)
        for write, place in pairs:
            change = write.decide(table, place, items.find(tx, table, place))
            items.perform(tx, change)
            work.watch_expiry(tx, call, change)
            cost_of(change, consumed)
        capacity.append(consumed)
        if params.get("ReturnItemCollectionMetrics") == "SIZE" and table.has_collections:
            metrics[name] = _metrics(tx, table, pairs)
    counting.consume(tx, call, capacity, "Write")
    shown = {"ItemCollectionMetrics": metrics} if metrics else {}
    return {"UnprocessedItems": {}, **shown, **_capacity(params, capacity)}


def _gets(tx: Tx, call: Request, requested: Mapping[str, Mapping[str, Any]]) -> Iterator[_Gets]:
    """What is wanted of each table. What is wrong with any request is told before a table is looked for.

    Expressions and the parameters they replaced do not mix across tables either.
    """
    checked = []
    require_get_form({name: value for wanted in requested.values() for name, value in wanted.items()})
    for name, wanted in requested.items():
        require_get_form(wanted)
        keys = [accept_item(key) for key in wanted["Keys"]]
        checked.append((name, wanted, keys, get_projection(wanted)))
    for name, wanted, keys, projection in checked:
        table = tables.for_items(tx, account=call.account, region=call.region, name=name)
        for key in keys:
            require_key(key, table.key)
        _require_distinct([place_of(key, table.key) for key in keys])
        yield _Gets(name, table, keys, projection, bool(wanted.get("ConsistentRead")))


def _write(entry: Mapping[str, Any]) -> Write:
    put, delete = entry.get("PutRequest"), entry.get("DeleteRequest")
    if (put is None) == (delete is None):
        fault = "is empty" if put is None else "has more than one datatypes set"
        raise errors.invalid(f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes")
    return put_write(put) if put is not None else delete_write(delete or {})


def _placed(tx: Tx, call: Request, name: str, writes: list[Write]) -> tuple[Table, list[tuple[Write, Place]]]:
    """The table with each write and its place. A put's key is judged as a key, as recorded on 2026-06-23."""
    table = tables.for_items(tx, account=call.account, region=call.region, name=name)
    for write in writes:
        if write.verb == "Put":
            require_key({key: write.subject[key] for key in table.key.names if key in write.subject}, table.key)
    pairs = [(write, write.bind(table)) for write in writes]
    _require_distinct([place for _, place in pairs])
    return table, pairs


def _require_distinct(places: list[Place]) -> None:
    if len(set(places)) < len(places):
        raise errors.invalid("Provided list of item keys contains duplicates")


def _capacity(params: Mapping[str, Any], capacity: list[Consumed]) -> dict[str, Any]:
    detail = params.get("ReturnConsumedCapacity", "NONE")
    return {} if detail == "NONE" else {"ConsumedCapacity": [consumed.shown(detail) for consumed in capacity]}


def _metrics(tx: Tx, table: Table, pairs: list[tuple[Write, Place]]) -> list[dict[str, Any]]:
    """One entry for each collection that was written to."""
    collections = {place.partition: key_of(write.subject, table.key) for write, place in pairs}
    return [
        collection_metrics(key, table, items.collection_bytes(tx, table, partition))
        for partition, key in collections.items()
    ]
