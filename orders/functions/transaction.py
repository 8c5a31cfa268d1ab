"""What consumers whose effect is only rows do the same way: claim and effect in one transaction, a batch at once.

    a batch ─► rounds with one fact of an order each, in their order
                 └─► one transaction: for each fact a claim that must be new, and what the consumer writes
                       ├─ committed                     done, all of it
                       ├─ a claim was there             seen before: noted on the claim; the others go again without it
                       ├─ a condition of the work failed   a business answer ("late"): claimed as that, never "seen"
                       └─ anything else                 nothing was written; the rest of the batch comes back

There is no state in between, so there is no lease, and nothing to give back. Two consumers that share the table don't
shadow one another: the claim's key begins with the consumer.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSEvent, SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError
from fact import Fact, MalformedOrder, read_fact  # type: ignore[import-not-found]
from letters import give_up_or_come_back  # type: ignore[import-not-found]

CLAIM_LIFETIME_S = 30 * 24 * 3600
"""Longer than the dead-letter queue keeps a message (14 days)."""

CONDITION_FAILED = "ConditionalCheckFailed"

logger = Logger()
tracer = Tracer()
metrics = Metrics()
dynamodb = boto3.client("dynamodb")


class NotWritten(Exception):
    """The transaction met another one; it will not the next time."""


@dataclass(frozen=True)
class Received:
    """A fact and the message that brought it. `position` is the message's in its FIFO queue, else empty."""

    fact: Fact
    message_id: str
    position: str
    record: SQSRecord


@dataclass(frozen=True)
class Write:
    """An action of a transaction (`{"Put": ...}`); `of` is the key of the fact whose condition it carries, if any."""

    action: dict[str, Any]
    of: str = ""


Writes = Callable[[Sequence[Received]], list[Write]]


def transactional(
    name: str, writes: Writes, counted: Mapping[str, str] = MappingProxyType({})
) -> Callable[[dict[str, Any], LambdaContext], Any]:
    """A Lambda handler that makes the writes of each fact once. No two facts given to `writes` are of one order.

    `counted` names the metric of each kind of fact that has one.
    """
    claims = Claims(name, os.environ["CLAIMS_TABLE"], writes, counted)

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        failed: list[str] = []
        for part in rounds(read_batch(SQSEvent(event).records)):
            if failed:
                failed += [one.message_id for one in part]
                continue
            try:
                claims.write_once(part)
            except (ClientError, NotWritten) as error:
                failed += [one.message_id for one in part if not give_up_or_come_back(one.record, type(error), error)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def read_batch(records: Iterator[SQSRecord]) -> list[Received]:
    """What the messages say. A malformed one fails itself alone: it leaves for the dead-letter queue."""
    received: list[Received] = []
    for record in records:
        try:
            fact = read_fact(json.loads(record.body))
        except json.JSONDecodeError as error:
            give_up_or_come_back(record, MalformedOrder, f"the body is not JSON: {error}")
        except MalformedOrder as error:
            give_up_or_come_back(record, MalformedOrder, error)
        else:
            received.append(Received(fact, record.message_id, record.attributes.sequence_number or "", record))
    return received


def rounds(received: Sequence[Received]) -> Iterator[list[Received]]:
    """The batch in parts that hold one fact of an order each, an order's facts in their order."""
    waiting = list(received)
    while waiting:
        part: dict[str, Received] = {}
        later: list[Received] = []
        for one in waiting:
            if part.setdefault(one.fact.order_id, one) is not one:
                later.append(one)
        yield list(part.values())
        waiting = later


class Claims:
    """The claims of one consumer: what it has done, and what came again."""

    def __init__(self, consumer: str, table: str, writes: Writes, counted: Mapping[str, str]) -> None:
        self._consumer = consumer
        self._table = table
        self._writes = writes
        self._counted = counted

    def write_once(self, received: Sequence[Received]) -> None:
        """Claim the facts and make their writes, all in one transaction; those seen before are noted and left out."""
        fresh, late, repeats = list(received), set[str](), list[Received]()
        while fresh:
            work = self._writes([one for one in fresh if one.fact.key not in late])
            actions = [self._claim(one, is_late=one.fact.key in late) for one in fresh]
            failed = transact([*actions, *(write.action for write in work)])
            if not failed:
                break
            seen = {fresh[place].message_id for place in failed if place < len(fresh)}
            answered = {work[place - len(fresh)].of for place in failed if place >= len(fresh)}
            if not seen and "" in answered:
                raise NotWritten("a condition failed that no fact answers for")
            repeats += [one for one in fresh if one.message_id in seen]
            late |= answered - {""} - {one.fact.key for one in repeats}
            fresh = [one for one in fresh if one.message_id not in seen]
        self._note(repeats)
        for one in received:
            self._tell(one, is_late=one.fact.key in late, is_repeat=one in repeats)

    def _claim(self, one: Received, *, is_late: bool) -> dict[str, Any]:
        now = time.time()
        item = {
            "id": f"{self._consumer}#{one.fact.key}",
            "consumer": self._consumer,
            "eventType": one.fact.event_type,
            "orderId": one.fact.order_id,
            "outcome": "late" if is_late else "done",
            "messageId": one.message_id,
            "at": int(now * 1000),
            "expiration": int(now) + CLAIM_LIFETIME_S,
        }
        return put_new(self._table, item, key="id")

    def _note(self, repeats: Sequence[Received]) -> None:
        if not repeats:
            return
        transact(
            [
                {
                    "Update": {
                        "TableName": self._table,
                        "Key": as_attributes({"id": f"{self._consumer}#{one.fact.key}"}),
                        "UpdateExpression": f"ADD {'replayed' if one.fact.is_replayed else 'absorbed'} :message",
                        "ExpressionAttributeValues": as_attributes({":message": {one.message_id}}),
                    }
                }
                for one in repeats
            ]
        )

    def _tell(self, one: Received, *, is_late: bool, is_repeat: bool) -> None:
        logger.info(
            "duplicate absorbed" if is_repeat else "late, left out" if is_late else "order handled",
            correlation_id=one.fact.correlation_id,
            order_id=one.fact.order_id,
            event_type=one.fact.event_type,
            message_id=one.message_id,
        )
        with tracer.provider.in_subsegment("## fact") as subsegment:
            subsegment.put_annotation("orderId", one.fact.order_id)
            subsegment.put_annotation("correlationId", one.fact.correlation_id)
        names = ["FactsAbsorbed"] if is_repeat else ["FactsHandled", self._counted.get(one.fact.event_type, "")]
        for name in filter(None, names):
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)


def transact(actions: Sequence[dict[str, Any]]) -> list[int]:
    """Do all of it or nothing; gives back the places of the actions whose condition failed, none when it is done.

    Raises NotWritten when another transaction was in the way.
    """
    try:
        dynamodb.transact_write_items(TransactItems=list(actions))
    except dynamodb.exceptions.TransactionCanceledException as error:
        reasons = [reason.get("Code") for reason in error.response["CancellationReasons"]]
        failed = [place for place, code in enumerate(reasons) if code == CONDITION_FAILED]
        if not failed:
            raise NotWritten(f"the transaction was cancelled: {sorted(set(map(str, reasons)))}") from None
        return failed
    return []


def put_new(table: str, item: dict[str, Any], *, key: str) -> dict[str, Any]:
    """The action that puts an item of which there is none with its key."""
    return {
        "Put": {
            "TableName": table,
            "Item": as_attributes(item),
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": key},
        }
    }


def as_attributes(values: dict[str, Any]) -> dict[str, Any]:
    """The values as DynamoDB's low-level client wants them."""
    write = TypeSerializer().serialize
    return {name: write(value) for name, value in values.items()}
