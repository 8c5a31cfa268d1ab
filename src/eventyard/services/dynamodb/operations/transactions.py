"""TransactGetItems and TransactWriteItems: all or nothing, at one instant.

Since an operation is one transaction, there is never a conflict to tell; a cancelled transaction says for each of its
actions, by position, why, or `None`. Source: nubo-db/dynamodb-conformance, recorded from AWS on 2026-06-23.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.languages.dynamodb.keys import key_of, require_key
from eventyard.languages.dynamodb.paths import Projection
from eventyard.languages.dynamodb.refusals import EmptyKeyValue
from eventyard.languages.dynamodb.values import Item, accept_item
from eventyard.services.dynamodb import errors, work
from eventyard.services.dynamodb.model.capacity import Consumed, read_units
from eventyard.services.dynamodb.model.changes import Change, cost_of
from eventyard.services.dynamodb.model.reads import get_projection, require_get_form
from eventyard.services.dynamodb.model.stored import Place, place_of, write_item
from eventyard.services.dynamodb.model.tables import Table
from eventyard.services.dynamodb.model.writes import (
    Write,
    check_write,
    collection_metrics,
    delete_write,
    put_write,
    update_write,
)
from eventyard.services.dynamodb.operations import counting
from eventyard.services.dynamodb.queries import items, tables
from eventyard.store.tx import Tx

TOKEN_MS = 10 * 60_000
"""How long a `ClientRequestToken` is remembered."""

BYTES_MAX = 4 * (1 << 20)
"""Of all items in one transaction."""

_NONE: Mapping[str, Any] = MappingProxyType({"Code": "None"})
_VERBS: Mapping[str, Callable[[Mapping[str, Any]], Write]] = MappingProxyType(
    {"ConditionCheck": check_write, "Put": put_write, "Delete": delete_write, "Update": update_write}
)

Request = Call[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Action:
    """One action of a write transaction. `place` is `None` when its key does not fit, for the `reason`."""

    table: Table
    write: Write
    place: Place | None
    reason: Mapping[str, Any]


def transact_write_items(tx: Tx, call: Request) -> dict[str, Any]:
    """All writes or none. Raises TransactionCanceledException with a reason for each action."""
    params = call.params
    writes = [_write(entry) for entry in params["TransactItems"]]
    if sum(write.subject_bytes for _, write in writes) > BYTES_MAX:
        raise errors.transaction_too_large()
    found = [_table(tx, call, name) for name, _ in writes]
    actions = [_bound(table, write) for table, (_, write) in zip(found, writes, strict=True)]
    _require_distinct([(action.table.id, action.place) for action in actions if action.place is not None])
    token = params.get("ClientRequestToken")
    if token is not None and _is_repeated(tx, call, token):
        return _usage(params, _reading_capacity(tx, actions), kind="Read")
    changes = _decide(tx, actions)
    consumed: dict[int, Consumed] = {}
    for action, change in zip(actions, changes, strict=True):
        cost_of(change, consumed.setdefault(action.table.id, Consumed(action.table)), times=2)
        if action.write.verb != "ConditionCheck":
            items.perform(tx, change)
            work.watch_expiry(tx, call, change)
    counting.consume(tx, call, consumed.values(), "Write")
    metrics = _metrics(tx, params, actions)
    return {**_usage(params, list(consumed.values()), kind="Write"), **metrics}


def transact_get_items(tx: Tx, call: Request) -> dict[str, Any]:
    """Items as they all were at one instant."""
    params = call.params
    gets = [entry["Get"] for entry in params["TransactItems"]]
    for get in gets:
        require_get_form(get)
    wanted: list[tuple[Item, Projection | None]] = [(accept_item(get["Key"]), get_projection(get)) for get in gets]
    found = [_table(tx, call, get["TableName"]) for get in gets]
    reasons = [_key_reason(key, table) for (key, _), table in zip(wanted, found, strict=True)]
    _require_no_reason(reasons)
    places = [place_of(key, table.key) for (key, _), table in zip(wanted, found, strict=True)]
    _require_distinct([(table.id, place) for table, place in zip(found, places, strict=True)])
    stored = [items.find(tx, table, place) for table, place in zip(found, places, strict=True)]
    if sum(item.size_bytes for item in stored if item is not None) > BYTES_MAX:
        raise errors.transaction_too_large()
    responses = []
    consumed: dict[int, Consumed] = {}
    for table, item, (_, projection) in zip(found, stored, wanted, strict=True):
        size_bytes = item.size_bytes if item is not None else 0
        units = read_units(size_bytes, is_consistent=True, is_transactional=True)
        consumed.setdefault(table.id, Consumed(table)).add(None, units)
        shown = {} if item is None else {"Item": projection.project(item.item) if projection else item.item}
        responses.append(shown)
    counting.consume(tx, call, consumed.values(), "Read")
    return {"Responses": responses, **_usage(params, list(consumed.values()), kind="Read")}


def _write(entry: Mapping[str, Any]) -> tuple[str, Write]:
    """The table's name and the write of one action."""
    given = [verb for verb in _VERBS if entry.get(verb) is not None]
    if len(given) != 1:
        raise errors.invalid(
            "TransactItems can only contain one of Check, Put, Update or Delete"
            if given
            else "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
        )
    params = entry[given[0]]
    return params["TableName"], _VERBS[given[0]](params)


def _table(tx: Tx, call: Request, name: str) -> Table:
    return tables.for_items(tx, account=call.account, region=call.region, name=name)


def _bound(table: Table, write: Write) -> _Action:
    try:
        return _Action(table, write, write.bind(table), _NONE)
    except EmptyKeyValue:
        raise
    except AwsError as error:
        return _Action(table, write, None, _invalid(error))


def _invalid(error: AwsError) -> Mapping[str, Any]:
    return {"Code": "ValidationError", "Message": error.message}


def _key_reason(key: Item, table: Table) -> Mapping[str, Any]:
    try:
        require_key(key, table.key)
    except EmptyKeyValue:
        raise
    except AwsError as error:
        return _invalid(error)
    return _NONE


def _require_no_reason(reasons: list[Mapping[str, Any]]) -> None:
    if any(reason is not _NONE for reason in reasons):
        raise errors.transaction_cancelled(reasons)


def _require_distinct(targets: list[tuple[int, Place]]) -> None:
    if len(set(targets)) < len(targets):
        raise errors.invalid("Transaction request cannot include multiple operations on one item")


def _decide(tx: Tx, actions: list[_Action]) -> list[Change]:
    """The change of each action. Raises TransactionCanceledException with all reasons when any has one."""
    changes: list[Change] = []
    reasons = []
    for action in actions:
        reason = action.reason
        if action.place is not None:
            decided = _decide_one(tx, action, action.place)
            if isinstance(decided, Change):
                changes.append(decided)
            else:
                reason = decided
        reasons.append(reason)
    _require_no_reason(reasons)
    return changes


def _decide_one(tx: Tx, action: _Action, place: Place) -> Change | Mapping[str, Any]:
    old = items.find(tx, action.table, place)
    if not action.write.holds(old):
        shown = action.write.failure(old)
        failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
        return failed if shown is None else {**failed, "Item": shown}
    if action.write.verb == "ConditionCheck":
        return Change(action.table, place, old, old, (), ())
    try:
        return action.write.decide(action.table, place, old)
    except EmptyKeyValue:
        raise
    except AwsError as error:
        return _invalid(error)


def _is_repeated(tx: Tx, call: Request, token: str) -> bool:
    """Whether this transaction was done before under its token; if not, it is remembered now.

    Raises IdempotentParameterMismatchException when another one was.
    """
    request = sha256(write_item({"": {"L": call.params["TransactItems"]}}).encode()).hexdigest()
    since_ms = call.now_ms - TOKEN_MS
    earlier = tables.token(tx, account=call.account, region=call.region, token=token, since_ms=since_ms)
    if earlier is not None:
        if earlier != request:
            raise errors.token_reused()
        return True
    tables.delete_tokens(tx, before_ms=since_ms)
    tables.put_token(tx, account=call.account, region=call.region, token=token, request=request, at_ms=call.now_ms)
    return False


def _reading_capacity(tx: Tx, actions: list[_Action]) -> list[Consumed]:
    """A repeated transaction only reads. Source: API reference, `ClientRequestToken`."""
    consumed: dict[int, Consumed] = {}
    for action in actions:
        item = None if action.place is None else items.find(tx, action.table, action.place)
        units = read_units(item.size_bytes if item else 0, is_consistent=True, is_transactional=True)
        consumed.setdefault(action.table.id, Consumed(action.table)).add(None, units)
    return list(consumed.values())


def _usage(params: Mapping[str, Any], capacity: list[Consumed], *, kind: str) -> dict[str, Any]:
    detail = params.get("ReturnConsumedCapacity", "NONE")
    if detail == "NONE":
        return {}
    return {"ConsumedCapacity": [consumed.shown(detail, transactional=kind) for consumed in capacity]}


def _metrics(tx: Tx, params: Mapping[str, Any], actions: list[_Action]) -> dict[str, Any]:
    if params.get("ReturnItemCollectionMetrics") != "SIZE":
        return {}
    collections = {
        (action.table.name, action.place.partition): action
        for action in actions
        if action.place is not None and action.table.has_collections and action.write.verb != "ConditionCheck"
    }
    metrics: dict[str, list[dict[str, Any]]] = {}
    for (name, partition), action in collections.items():
        size_bytes = items.collection_bytes(tx, action.table, partition)
        key = key_of(action.write.subject, action.table.key)
        metrics.setdefault(name, []).append(collection_metrics(key, action.table, size_bytes))
    return {"ItemCollectionMetrics": metrics} if metrics else {}
