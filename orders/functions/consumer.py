"""What consumers with an effect outside of a table do the same way: each fact once, each failure to its place.

    a batch ─► each record alone ─► the fact is claimed (in progress, done, or absent: an idempotency record)
                     │                 ├─ done before        absorbed: its message id is noted on the order
                     │                 ├─ in progress        fails, so that it comes back: never skipped
                     │                 └─ absent             the work; failure gives the claim back
                     ├─ a permanent failure, or the last attempt ─► the dead-letter queue, with its reason
                     └─ a transient failure ─► its message comes back after a jittered, doubling delay

The claim's key is the business fact, per function, and it outlives the dead-letter queue, so a redrive after ten days
is still absorbed. The queue's own redrive policy stands behind this for functions that die. Consumers whose effect is
nothing but rows do with one transaction: `transaction.py`.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from fact import Fact, MalformedOrder  # type: ignore[import-not-found]
from letters import give_up_or_come_back  # type: ignore[import-not-found]

CLAIM_LIFETIME_S = 30 * 24 * 3600
"""Longer than the dead-letter queue keeps a message (14 days)."""

logger = Logger()
tracer = Tracer()
metrics = Metrics()
orders_table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


class OrderBatch(BatchProcessor):
    """A batch whose failures are told apart: permanent ones and last attempts leave for the dead-letter queue."""

    def failure_handler(self, record: SQSRecord, exception: Any) -> Any:
        kind, error, _ = exception
        if give_up_or_come_back(record, kind, error):
            return self.success_handler(record, {"deadLettered": str(error)})
        return super().failure_handler(record, exception)


def consumer(
    read: Callable[[dict[str, Any]], Any], work: Callable[[Any], dict[str, Any]]
) -> Callable[[dict[str, Any], LambdaContext], Any]:
    """A Lambda handler that does `work` once for each fact.

    `read` makes of an event something with a `fact`, and `work` gives back the fields to write on the order.
    """
    state_field = os.environ["STATE_FIELD"]
    batch = OrderBatch(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    config = IdempotencyConfig(
        event_key_jmespath="fact",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=CLAIM_LIFETIME_S,
        response_hook=lambda response, _: absorb(response),
    )
    claims = DynamoDBPersistenceLayer(table_name=os.environ["CLAIMS_TABLE"])
    current: dict[str, Any] = {}

    def absorb(response: Any) -> Any:
        fact: Fact = current["subject"].fact
        note_repeat(fact, state_field, current["message_id"])
        logger.info("duplicate absorbed", is_replayed=fact.is_replayed)
        metrics.add_metric(name="FactsAbsorbed", unit=MetricUnit.Count, value=1)
        return response

    @idempotent_function(data_keyword_argument="claim", persistence_store=claims, config=config)
    def once(*, claim: dict[str, str]) -> dict[str, str]:
        fields = work(current["subject"])
        write_state(current["subject"].fact, state_field, {**fields, "MessageId": current["message_id"]})
        metrics.add_metric(name="FactsHandled", unit=MetricUnit.Count, value=1)
        return claim

    @tracer.capture_method
    def handle_record(record: SQSRecord) -> dict[str, str]:
        logger.append_keys(message_id=record.message_id)
        subject = read(json.loads(record.body))
        fact: Fact = subject.fact
        logger.set_correlation_id(fact.correlation_id)
        logger.append_keys(order_id=fact.order_id)
        tracer.put_annotation("orderId", fact.order_id)
        tracer.put_annotation("correlationId", fact.correlation_id)
        current.update(subject=subject, message_id=record.message_id)
        try:
            return once(claim={"fact": fact.key})
        finally:
            logger.info("order handled")

    def handle_alone(record: SQSRecord) -> dict[str, str]:
        logger.clear_state()
        try:
            return handle_record(record)
        except json.JSONDecodeError as error:
            raise MalformedOrder(f"the body is not JSON: {error}") from None

    @tracer.capture_lambda_handler(capture_response=False)
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: LambdaContext) -> Any:
        config.register_lambda_context(context)
        return process_partial_response(event=event, record_handler=handle_alone, processor=batch, context=context)

    return handler


def note_repeat(fact: Fact, state_field: str, message_id: str) -> None:
    """Note on the order that the fact has come again, out of the archive or otherwise, and has changed nothing."""
    orders_table.update_item(
        Key={"orderId": fact.order_id},
        UpdateExpression="ADD #repeats :message",
        ExpressionAttributeNames={"#repeats": f"{state_field}{'Replayed' if fact.is_replayed else 'Absorbed'}"},
        ExpressionAttributeValues={":message": {message_id}},
    )


def write_state(fact: Fact, state_field: str, fields: dict[str, Any]) -> None:
    """Write what became of the order; the same values again change nothing."""
    values = {"correlationId": fact.correlation_id, **{f"{state_field}{name}": value for name, value in fields.items()}}
    orders_table.update_item(
        Key={"orderId": fact.order_id},
        UpdateExpression="SET " + ", ".join(f"#{i} = :{i}" for i in range(len(values))),
        ExpressionAttributeNames={f"#{i}": name for i, name in enumerate(values)},
        ExpressionAttributeValues={f":{i}": value for i, value in enumerate(values.values())},
    )
