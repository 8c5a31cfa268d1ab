"""What is counted of tables: what requests consumed, how long they took, what came back, and what was refused.

What a transaction consumes is noted in it; the rest is told by the answer, since a refusal undoes its transaction.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html. Differs: there are no
conflicts and no throttling here, so neither is counted; a failed condition of a transaction counts for its own table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.observing.series import Measured, Series
from eventyard.services.dynamodb.model.capacity import Consumed
from eventyard.store.tx import Tx

NAMESPACE: Final = "AWS/DynamoDB"
_TIMED: Final = frozenset(
    (
        *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan"),
        *("TransactGetItems", "TransactWriteItems", "UpdateItem"),
    )
)
"""Operations whose latency is counted."""
_FAILED_CONDITION: Final = "ConditionalCheckFailedException"
_CANCELED: Final = "TransactionCanceledException"

Dimensions = tuple[tuple[str, str], ...]


def consume(tx: Tx, call: Call[Any], consumed: Iterable[Consumed], kind: Literal["Read", "Write"]) -> None:
    """Count capacity units of tables and of their global indexes; a local index is part of its table."""
    if not call.doors.is_metering:
        return
    name = f"Consumed{kind}CapacityUnits"
    for one in consumed:
        table = ("TableName", one.table.name)
        units = one.table_units
        for index, used in one.index_units.items():
            if index.is_global:
                _measure(tx, call, name, (("GlobalSecondaryIndexName", index.name), table), used)
            else:
                units += used
        if units:
            _measure(tx, call, name, (table,), units)


def expire(tx: Tx, call: Call[Any], table_name: str) -> None:
    """Count an item that has expired."""
    _measure(tx, call, "TimeToLiveDeletedItemCount", (("TableName", table_name),), 1)


def answered(call: Call[Any], outcome: object, took_ms: int) -> Sequence[Measured]:
    """What an answer counts; see `engine.registry.Answered`."""
    return [
        Measured(Series(call.account, call.region, NAMESPACE, name, unit, dimensions), value)
        for name, unit, dimensions, value in _told(call.operation, call.params, outcome, took_ms)
    ]


def _told(
    operation: str, params: Mapping[str, Any], outcome: object, took_ms: int
) -> Iterator[tuple[str, str, Dimensions, float]]:
    tables = [("TableName", name) for name in dict.fromkeys(_tables(params))]
    of_operation = [(("Operation", operation), table) for table in tables]
    if isinstance(outcome, AwsError) and not outcome.is_server_fault:
        if outcome.code == _FAILED_CONDITION:
            yield from (("ConditionalCheckFailedRequests", "Count", (table,), 1) for table in tables)
        elif outcome.code == _CANCELED:
            failed = _failed_tables(params, outcome)
            yield from (("ConditionalCheckFailedRequests", "Count", (("TableName", name),), 1) for name in failed)
        else:
            yield "UserErrors", "Count", (), 1
    elif isinstance(outcome, Exception):
        yield from (("SystemErrors", "Count", dimensions, 1) for dimensions in of_operation)
    elif operation in _TIMED:
        yield from (("SuccessfulRequestLatency", "Milliseconds", dimensions, took_ms) for dimensions in of_operation)
        if operation in ("Query", "Scan") and isinstance(outcome, Mapping):
            yield from (("ReturnedItemCount", "Count", each, outcome["Count"]) for each in of_operation)


def _tables(params: Mapping[str, Any]) -> list[str]:
    """The names of the tables that a request is about."""
    named = [params["TableName"]] if "TableName" in params else [*params.get("RequestItems", ())]
    for entry in params.get("TransactItems", ()):
        named += [action["TableName"] for action in entry.values()]
    return [name.rpartition("table/")[2] for name in named]


def _failed_tables(params: Mapping[str, Any], outcome: AwsError) -> list[str]:
    reasons = outcome.fields.get("CancellationReasons", ())
    actions = [action for entry in params["TransactItems"] for action in entry.values()]
    return [
        action["TableName"].rpartition("table/")[2]
        for action, reason in zip(actions, reasons, strict=False)
        if reason.get("Code") == "ConditionalCheckFailed"
    ]


def _measure(tx: Tx, call: Call[Any], name: str, dimensions: Dimensions, value: float) -> None:
    account, region = call.account, call.region

    def made() -> Series:
        return Series(account, region, NAMESPACE, name, "Count", dimensions)

    call.measure(tx, tx.lasting("dynamodb.series", (account, region, name, dimensions), made, weight=1), value)
