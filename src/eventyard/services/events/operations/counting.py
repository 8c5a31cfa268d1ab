"""What is counted of buses and rules.

Metrics of rules on the default bus have the dimension RuleName, those of other buses EventBusName and RuleName.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.ledger import Outcome
from eventyard.engine.observing.series import Series
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

NAMESPACE = "AWS/Events"

_PLACED: Mapping[str, Sequence[str]] = {
    "delivered": ("Invocations", "InvocationAttempts", "SuccessfulInvocationAttempts"),
    "sending": ("InvocationsCreated",),
    "retrying": ("InvocationAttempts", "RetryInvocationAttempts"),
    "dead-lettered": ("Invocations", "InvocationAttempts", "FailedInvocations", "InvocationsSentToDlq"),
    "failed": ("Invocations", "InvocationAttempts", "FailedInvocations"),
    "expired": ("Invocations", "FailedInvocations"),
}
"""What an outcome of a target counts as, for its rule."""
_WITHOUT_RULE = frozenset(("Invocations", "InvocationAttempts", "SuccessfulInvocationAttempts"))
"""Metrics that are counted without a dimension too."""


def count_request(tx: Tx, call: Call[Any], *, entries: int, failed: int, size_bytes: int) -> None:
    """Count a PutEvents call."""
    if not call.doors.is_metering:
        return
    account, region = call.account, call.region
    for name, unit, value in (
        ("PutEventsApproximateCallCount", "Count", 1),
        ("PutEventsApproximateSuccessCount", "Count", 1),
        ("PutEventsEntriesCount", "Count", entries),
        ("PutEventsFailedEntriesCount", "Count", failed),
        ("PutEventsRequestSize", "Bytes", size_bytes),
    ):
        call.measure(tx, Series(account, region, NAMESPACE, name, unit), value)


def count_matches(tx: Tx, call: Call[Any], outcomes: Iterable[Sequence[Outcome]]) -> None:
    """Count what became at once of events, one sequence of outcomes each."""
    if not call.doors.is_metering:
        return
    rules: Counter[str] = Counter()
    placed: Counter[tuple[str, str, int]] = Counter()
    for reached in outcomes:
        rules.update({outcome.rule_arn for outcome in reached})
        placed.update((outcome.rule_arn, outcome.outcome, outcome.attempts) for outcome in reached)
    for rule_arn, times in rules.items():
        for name in ("MatchedEvents", "TriggeredRules"):
            _count(tx, call, rule_arn, name, times)
            call.measure(tx, Series(call.account, call.region, NAMESPACE, name, "Count"), 1, times)
    for (rule_arn, outcome, _), times in placed.items():
        _count_outcome(tx, call, rule_arn, outcome, times=times, took_ms=0)


def heard(tx: Tx, call: Call[Any], delivery: Delivery, outcome: Outcome, took_ms: int) -> None:
    """Count what became later of a delivery, `took_ms` after its event was accepted."""
    if call.doors.is_metering and delivery.rule_arn:
        _count_outcome(tx, call, delivery.rule_arn, outcome.outcome, times=1, took_ms=took_ms)


def _count_outcome(tx: Tx, call: Call[Any], rule_arn: str, outcome: str, *, times: int, took_ms: int) -> None:
    for name in _PLACED.get(outcome, ()):
        _count(tx, call, rule_arn, name, times)
        if name in _WITHOUT_RULE:
            call.measure(tx, Series(call.account, call.region, NAMESPACE, name, "Count"), 1, times)
    if outcome == "delivered":
        for name in ("IngestionToInvocationStartLatency", "IngestionToInvocationSuccessLatency"):
            call.measure(tx, _series(tx, rule_arn, name, "Milliseconds"), took_ms, times)


def _count(tx: Tx, call: Call[Any], rule_arn: str, name: str, times: int) -> None:
    call.measure(tx, _series(tx, rule_arn, name, "Count"), 1, times)


def _series(tx: Tx, rule_arn: str, name: str, unit: str) -> Series:
    return tx.lasting("events.series", (rule_arn, name), lambda: _of_rule(rule_arn, name, unit), weight=1)


def _of_rule(rule_arn: str, name: str, unit: str) -> Series:
    arn = parse_arn(rule_arn)
    if arn is None:
        return Series("", "", NAMESPACE, name, unit)
    *bus, rule = arn.resource.removeprefix("rule/").split("/")
    dimensions = (("EventBusName", "/".join(bus)), ("RuleName", rule)) if bus else (("RuleName", rule),)
    return Series(arn.account, arn.region, NAMESPACE, name, unit, dimensions)
