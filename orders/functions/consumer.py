"""What every consumer of orders does the same way: each order once, each failure to its place, nothing lost.

    a batch ─► each record alone ─► the order is claimed (in progress, done, or absent: an idempotency record)
                     │                 ├─ done before        absorbed: its message id is noted on the order
                     │                 ├─ in progress        fails, so that it comes back: never skipped
                     │                 └─ absent             the work; failure gives the claim back
                     ├─ a permanent failure, or the last attempt ─► the dead-letter queue, with its reason
                     └─ a transient failure ─► its message comes back after a jittered, doubling delay

The claim's key is the business fact (event type and order id), per function, and it outlives the dead-letter queue, so
a redrive after ten days is still absorbed. The queue's own redrive policy stands behind this for functions that die.
"""

import json
import os
import random
from collections.abc import Callable
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from order import MalformedOrder, OrderPlaced, OrderRefused, read_order  # type: ignore[import-not-found]

ATTEMPTS_MAX = 3
"""Receives after which a failing order is given up; the queue's maxReceiveCount is higher: throttling, crashes."""

CLAIM_LIFETIME_S = 30 * 24 * 3600
"""Longer than the dead-letter queue keeps a message (14 days)."""

BACKOFF_FIRST_S = 1
BACKOFF_MAX_S = 900

PERMANENT = (MalformedOrder, OrderRefused)

logger = Logger()
tracer = Tracer()
sqs = boto3.client("sqs")
orders_table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


class OrderBatch(BatchProcessor):
    """A batch whose failures are told apart: permanent ones and last attempts leave for the dead-letter queue."""

    def failure_handler(self, record: SQSRecord, exception: Any) -> Any:
        kind, error, _ = exception
        reason = f"{kind.__name__}: {error}"
        receives = int(record.attributes.approximate_receive_count)
        if issubclass(kind, PERMANENT) or receives >= ATTEMPTS_MAX:
            dead_letter(record, reason=reason, receives=receives)
            logger.error("order dead-lettered", reason=reason, receives=receives)
            return self.success_handler(record, {"deadLettered": reason})
        logger.warning("order failed, comes back", reason=reason, receives=receives)
        come_back_later(record, receives)
        return super().failure_handler(record, exception)


def dead_letter(record: SQSRecord, *, reason: str, receives: int) -> None:
    """Put the message into the queue's dead-letter queue, with why."""
    attributes = {"Reason": reason[:256], "Receives": str(receives), "OriginalMessageId": record.message_id}
    sqs.send_message(
        QueueUrl=os.environ["DEAD_LETTER_QUEUE_URL"],
        MessageBody=record.body,
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
    )


def come_back_later(record: SQSRecord, receives: int) -> None:
    """Make the message visible again after an exponential delay with jitter, in seconds."""
    delay_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** (receives - 1))
    sqs.change_message_visibility(
        QueueUrl=os.environ["QUEUE_URL"],
        ReceiptHandle=record.receipt_handle,
        VisibilityTimeout=max(1, round(delay_s * random.uniform(0.5, 1.0))),
    )


def consumer(work: Callable[[OrderPlaced], dict[str, Any]]) -> Callable[[dict[str, Any], LambdaContext], Any]:
    """A Lambda handler that does `work` once for each order. `work` gives back the fields to write on the order."""
    state_field = os.environ["STATE_FIELD"]
    batch = OrderBatch(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    config = IdempotencyConfig(
        event_key_jmespath="[eventType, orderId]",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=CLAIM_LIFETIME_S,
        response_hook=lambda response, _: absorb(response, state_field),
    )
    claims = DynamoDBPersistenceLayer(table_name=os.environ["CLAIMS_TABLE"])
    current: dict[str, Any] = {}

    def absorb(response: Any, field: str) -> Any:
        orders_table.update_item(
            Key={"orderId": current["order"].order_id},
            UpdateExpression="ADD #absorbed :message",
            ExpressionAttributeNames={"#absorbed": f"{field}Absorbed"},
            ExpressionAttributeValues={":message": {current["message_id"]}},
        )
        logger.info("duplicate absorbed")
        return response

    @idempotent_function(data_keyword_argument="claim", persistence_store=claims, config=config)
    def once(*, claim: dict[str, str]) -> dict[str, str]:
        order: OrderPlaced = current["order"]
        write_state(order, state_field, {**work(order), "MessageId": current["message_id"]})
        return {"orderId": claim["orderId"]}

    @tracer.capture_method
    def handle_record(record: SQSRecord) -> dict[str, str]:
        logger.append_keys(message_id=record.message_id)
        order = read_order(json.loads(record.body))
        logger.set_correlation_id(order.correlation_id)
        logger.append_keys(order_id=order.order_id)
        tracer.put_annotation("orderId", order.order_id)
        current.update(order=order, message_id=record.message_id)
        try:
            return once(claim={"eventType": order.event_type, "orderId": order.order_id})
        finally:
            logger.info("order handled")

    def handle_alone(record: SQSRecord) -> dict[str, str]:
        logger.clear_state()
        try:
            return handle_record(record)
        except json.JSONDecodeError as error:
            raise MalformedOrder(f"the body is not JSON: {error}") from None

    @tracer.capture_lambda_handler
    def handler(event: dict[str, Any], context: LambdaContext) -> Any:
        config.register_lambda_context(context)
        return process_partial_response(event=event, record_handler=handle_alone, processor=batch, context=context)

    return handler


def write_state(order: OrderPlaced, state_field: str, fields: dict[str, Any]) -> None:
    """Write what became of the order; the same values again change nothing."""
    values = {"customerId": order.customer_id, "correlationId": order.correlation_id, **fields}
    names = {
        f"#{i}": name if name in ("customerId", "correlationId") else f"{state_field}{name}"
        for i, name in enumerate(values)
    }
    orders_table.update_item(
        Key={"orderId": order.order_id},
        UpdateExpression="SET " + ", ".join(f"{name} = :{name[1:]}" for name in names),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={f":{i}": value for i, value in enumerate(values.values())},
    )
