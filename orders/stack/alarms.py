"""An alarm on every dead-letter queue; each reaches people through the topic of alerts."""

from collections.abc import Iterable

from orders.stack.clients import Clients, allow_account
from orders.stack.queues import is_for_dead_letters
from orders.stack.topology import ALERTS

PERIOD_S = 60


def create_topic(clients: Clients) -> None:
    """Create the topic, which takes from the account's alarms alone."""
    arn = clients.arn("sns", ALERTS)
    policy = allow_account(service="cloudwatch", action="sns:Publish", resource=arn, account=clients.account)
    clients.sns.create_topic(Name=ALERTS, Attributes={"Policy": policy})


def create(clients: Clients, queues: Iterable[str]) -> None:
    """Watch each of the queues that is for dead letters: one letter is enough."""
    for queue in queues:
        if is_for_dead_letters(queue):
            clients.metrics.put_metric_alarm(
                AlarmName=alarm_of(queue),
                AlarmDescription=f"{queue} holds what nobody could handle: read the reasons, mend, redrive.",
                Namespace="AWS/SQS",
                MetricName="ApproximateNumberOfMessagesVisible",
                Dimensions=[{"Name": "QueueName", "Value": queue}],
                Statistic="Maximum",
                Period=PERIOD_S,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanOrEqualToThreshold",
                TreatMissingData="notBreaching",
                AlarmActions=[clients.arn("sns", ALERTS)],
            )


def alarm_of(queue: str) -> str:
    """The name of the queue's alarm."""
    return f"dead-letters-in-{queue}"
