"""Single items: get, put, update and delete."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.dynamodb.keys import require_key
from eventyard.languages.dynamodb.values import accept_item
from eventyard.services.dynamodb import errors, work
from eventyard.services.dynamodb.model.capacity import Consumed, read_units, shown_in
from eventyard.services.dynamodb.model.changes import Change, cost_of
from eventyard.services.dynamodb.model.reads import get_projection, require_get_form, require_scalar_projection
from eventyard.services.dynamodb.model.stored import place_of
from eventyard.services.dynamodb.model.writes import (
    Write,
    collection_metrics,
    delete_write,
    put_write,
    returned,
    update_write,
)
from eventyard.services.dynamodb.operations import counting
from eventyard.services.dynamodb.queries import items, tables
from eventyard.store.tx import Tx

Request = Call[Mapping[str, Any]]


def get_item(tx: Tx, call: Request) -> dict[str, Any]:
    """The item, consistent in any case; `ConsistentRead` only changes what it costs."""
    params = call.params
    require_get_form(params)
    key = accept_item(params["Key"])
    projection = get_projection(params)
    table = tables.for_items(tx, account=call.account, region=call.region, name=params["TableName"])
    require_key(key, table.key)
    require_scalar_projection(projection, table)
    found = items.find(tx, table, place_of(key, table.key))
    consumed = Consumed(table)
    is_consistent = bool(params.get("ConsistentRead"))
    consumed.add(None, read_units(found.size_bytes if found else 0, is_consistent=is_consistent))
    counting.consume(tx, call, (consumed,), "Read")
    shown = {} if found is None else {"Item": projection.project(found.item) if projection else found.item}
    return {**shown, **shown_in(params, consumed)}


def put_item(tx: Tx, call: Request) -> dict[str, Any]:
    """Put an item in the place of the one that is there."""
    return _perform(tx, call, put_write(call.params))


def update_item(tx: Tx, call: Request) -> dict[str, Any]:
    """Change an item, or create it."""
    return _perform(tx, call, update_write(call.params))


def delete_item(tx: Tx, call: Request) -> dict[str, Any]:
    """Delete an item; one that is not there is no error."""
    return _perform(tx, call, delete_write(call.params))


def _perform(tx: Tx, call: Request, write: Write) -> dict[str, Any]:
    params = call.params
    table = tables.for_items(tx, account=call.account, region=call.region, name=params["TableName"])
    place = write.bind(table)
    old = items.find(tx, table, place)
    if not write.holds(old):
        raise errors.condition_failed(write.failure(old))
    change = write.decide(table, place, old)
    items.perform(tx, change)
    work.watch_expiry(tx, call, change)
    return {**returned(params, write, change), **_usage(tx, call, write, change)}


def _usage(tx: Tx, call: Request, write: Write, change: Change) -> dict[str, Any]:
    params, consumed = call.params, Consumed(change.table)
    cost_of(change, consumed)
    counting.consume(tx, call, (consumed,), "Write")
    usage = shown_in(params, consumed)
    if params.get("ReturnItemCollectionMetrics") == "SIZE" and change.table.has_collections:
        size_bytes = items.collection_bytes(tx, change.table, change.place.partition)
        usage["ItemCollectionMetrics"] = collection_metrics(write.subject, change.table, size_bytes)
    return usage
