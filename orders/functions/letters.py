"""Where a failure goes: a permanent one or a last attempt to the dead-letter queue, with its reason; others return."""

import json
import os
import random

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from fact import MalformedOrder, OrderRefused  # type: ignore[import-not-found]

ATTEMPTS_MAX = 3
"""Receives after which a failing order is given up; the queue's maxReceiveCount is higher: throttling, crashes."""

BACKOFF_FIRST_S = 1
BACKOFF_MAX_S = 900

PERMANENT = (MalformedOrder, OrderRefused)

logger = Logger()
metrics = Metrics()
sqs = boto3.client("sqs")


def give_up_or_come_back(record: SQSRecord, kind: type[BaseException], error: object) -> bool:
    """Sends a failed message where it belongs; true when it has left for the dead-letter queue."""
    reason = f"{kind.__name__}: {error}"
    receives = int(record.attributes.approximate_receive_count)
    if issubclass(kind, PERMANENT) or receives >= ATTEMPTS_MAX:
        dead_letter(record, reason=reason, receives=receives)
        metrics.add_metric(name="DeadLettered", unit=MetricUnit.Count, value=1)
        logger.error("order dead-lettered", reason=reason, receives=receives, **about(record))
        return True
    metrics.add_metric(name="ComeBack", unit=MetricUnit.Count, value=1)
    logger.warning("order failed, comes back", reason=reason, receives=receives, **about(record))
    come_back_later(record, receives)
    return False


def about(record: SQSRecord) -> dict[str, str]:
    """Whose order the message is about and under which correlation id, where its body can be read that far."""
    try:
        detail = json.loads(record.body)["detail"]
        return {"order_id": detail["orderId"], "correlation_id": detail["metadata"]["correlationId"]}
    except (ValueError, KeyError, TypeError):
        return {}


def dead_letter(record: SQSRecord, *, reason: str, receives: int) -> None:
    """Put the message into the queue's dead-letter queue, with why; of a FIFO queue in its group."""
    attributes = {"Reason": reason[:256], "Receives": str(receives), "OriginalMessageId": record.message_id}
    group = record.attributes.message_group_id
    place = {"MessageGroupId": group, "MessageDeduplicationId": record.message_id} if group else {}
    sqs.send_message(
        QueueUrl=os.environ["DEAD_LETTER_QUEUE_URL"],
        MessageBody=record.body,
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
        **place,
    )


def come_back_later(record: SQSRecord, receives: int) -> None:
    """Make the message visible again after an exponential delay with jitter, in seconds."""
    delay_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** (receives - 1))
    sqs.change_message_visibility(
        QueueUrl=os.environ["QUEUE_URL"],
        ReceiptHandle=record.receipt_handle,
        VisibilityTimeout=max(1, round(delay_s * random.uniform(0.5, 1.0))),
    )
