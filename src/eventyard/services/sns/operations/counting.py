"""What is counted of a topic.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.ledger import Outcome
from eventyard.engine.observing.series import Series
from eventyard.languages.arns import parse_arn
from eventyard.services.sns.model.topic import Topic
from eventyard.store.tx import Tx

NAMESPACE = "AWS/SNS"

_PLACED: Mapping[str, Sequence[str]] = {
    "delivered": ("NumberOfNotificationsDelivered",),
    "filtered": ("NumberOfNotificationsFilteredOut",),
    "dead-lettered": ("NumberOfNotificationsFailed", "NumberOfNotificationsRedrivenToDlq"),
    "failed": ("NumberOfNotificationsFailed",),
}
"""What an outcome of a subscription counts as."""


def count_published(tx: Tx, call: Call[Any], topic: Topic, sizes_bytes: Iterable[int]) -> None:
    """Count messages that the topic has taken, by their sizes."""
    if not call.doors.is_metering:
        return
    for size_bytes, times in Counter(sizes_bytes).items():
        call.measure(tx, _series(tx, topic.arn, "NumberOfMessagesPublished", "Count"), 1, times)
        call.measure(tx, _series(tx, topic.arn, "PublishSize", "Bytes"), size_bytes, times)


def count_outcomes(tx: Tx, call: Call[Any], topic_arn: str, outcomes: Mapping[str, int]) -> None:
    """Count what became at once of notifications, how many of each outcome."""
    if not call.doors.is_metering:
        return
    for outcome, times in outcomes.items():
        for name in _PLACED.get(outcome, ()):
            call.measure(tx, _series(tx, topic_arn, name, "Count"), 1, times)


def heard(tx: Tx, call: Call[Any], delivery: Delivery, outcome: Outcome, took_ms: int) -> None:
    """Count what became later of a notification."""
    topic_arn = delivery.rule_arn.rpartition(":")[0]
    if topic_arn:
        count_outcomes(tx, call, topic_arn, {outcome.outcome: 1})


def _series(tx: Tx, topic_arn: str, name: str, unit: str) -> Series:
    return tx.lasting("sns.series", (topic_arn, name), lambda: _of_topic(topic_arn, name, unit), weight=1)


def _of_topic(topic_arn: str, name: str, unit: str) -> Series:
    arn = parse_arn(topic_arn)
    assert arn is not None, f"{topic_arn} is a topic's"
    return Series(arn.account, arn.region, NAMESPACE, name, unit, (("TopicName", arn.resource),))
