"""What is counted of invocations, by their group of schedules and of all.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.ledger import Outcome
from eventyard.engine.observing.series import Series
from eventyard.store.tx import Tx

NAMESPACE: Final = "AWS/Scheduler"
_ATTEMPT: Final = "InvocationAttemptCount"
_PLACED: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "delivered": (_ATTEMPT,),
        "retrying": (_ATTEMPT, "TargetErrorCount"),
        "dead-lettered": (_ATTEMPT, "TargetErrorCount", "InvocationDroppedCount", "InvocationsSentToDeadLetterCount"),
        "failed": (_ATTEMPT, "TargetErrorCount", "InvocationDroppedCount"),
    }
)
"""What an outcome counts as. What is on its way has no outcome yet."""
_THROTTLING: Final = ("Throttl", "TooManyRequests", "HTTP_429")


def heard(tx: Tx, call: Call[Any], delivery: Delivery, outcome: Outcome, took_ms: int) -> None:
    """Count what came of a try of an invocation."""
    if not call.doors.is_metering or not delivery.rule_arn:
        return
    names = list(_PLACED.get(outcome.outcome, ()))
    if names and any(word in outcome.reason for word in _THROTTLING):
        names.append("TargetErrorThrottledCount")
    if outcome.outcome == "failed" and delivery.dead_letter_arn:
        names.append("InvocationsFailedToBeSentToDeadLetterCount")
    _, _, _, region, account, resource = delivery.rule_arn.split(":", 5)
    group = ("ScheduleGroup", resource.split("/")[1])
    for name in names:
        for dimensions in ((), (group,)):
            call.measure(tx, Series(account, region, NAMESPACE, name, "Count", dimensions), 1)
