"""The one way from anything to anything: a delivery to an ARN, with its retries and its dead-letter queue.

    deliver ──► the target takes it ─────────────────────────────► delivered
            └─► refuses, may be tried again ──► due row "delivery" ► retrying ──► delivered | dead-lettered | failed
            └─► refuses for good ──────────────────────────────────► dead-lettered | failed

Every try runs in a savepoint, so a failing target never fails the publisher. A target is found by its ARN's service;
what it needs beyond that (a group id, say) is in the delivery's `parameters`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.due import policy as due_policy
from eventyard.engine.due.policy import Exhausted, Policy
from eventyard.engine.due.row import DueRow
from eventyard.engine.identity import service_caller
from eventyard.engine.registry import Deliver, Registry
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

KIND = "delivery"

DEAD_LETTER_CODES: Mapping[str, str] = MappingProxyType(
    {
        "AccessDenied": "NO_PERMISSIONS",
        "AccessDeniedException": "NO_PERMISSIONS",
        "InvalidMessageContents": "INVALID_PARAMETER",
        "InvalidParameterValue": "INVALID_PARAMETER",
        "InvalidParameterValueException": "INVALID_PARAMETER",
        "MissingParameter": "INVALID_PARAMETER",
        "QueueDoesNotExist": "NO_RESOURCE",
        "RequestThrottled": "THROTTLING",
        "ResourceNotFoundException": "NO_RESOURCE",
        "ThrottlingException": "THROTTLING",
        "TooManyRequestsException": "THROTTLING",
    }
)
"""What a dead letter calls the error of a target. A code in capitals is one of these already; any other error is
`ERROR_FROM_TARGET`. Source: the list of codes in the user guide (link below); which error gets which: Unverified."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something on its way to an ARN.

    `body` is the text to deliver; `event_body` the untransformed event, which is what a dead letter carries.
    `sender` is the service that delivers (`events`); `rule_arn` and `target_id` say on whose behalf.
    `attributes` become String message attributes where the target is a queue.
    """

    arn: str
    body: str
    event_body: str
    sender: str
    event_id: str = ""
    rule_arn: str = ""
    target_id: str = ""
    policy: Policy = field(default_factory=Policy)
    dead_letter_arn: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a target did not take a delivery."""

    code: str
    message: str
    is_retryable: bool


def deliver(tx: Tx, call: Call[Any], registry: Registry, delivery: Delivery) -> ledger.Outcome:
    """Try once now; what fails is tried again later or goes to its dead-letter queue. Never raises AwsError."""
    refusal = _try(tx, call, registry, delivery)
    if refusal is None:
        return _outcome(call, delivery, "delivered", attempts=1)
    return _after_refusal(tx, call, registry, delivery, refusal, attempt=1, created_at_ms=call.now_ms)


def deliver_all(tx: Tx, call: Call[Any], registry: Registry, deliveries: Sequence[Delivery]) -> list[ledger.Outcome]:
    """`deliver` each; gives back the outcomes in their order. Cheaper, since almost always every target takes its own.

    All are put in one savepoint. Only when one refuses is everything taken back and each tried in a savepoint of its
    own, so a refusal costs time and nothing else.
    """
    tx.enter()
    try:
        _put_all(tx, call, registry, deliveries)
    except AwsError:
        tx.undo()
        return [deliver(tx, call, registry, delivery) for delivery in deliveries]
    tx.release()
    return [_outcome(call, delivery, "delivered", attempts=1) for delivery in deliveries]


def _put_all(tx: Tx, call: Call[Any], registry: Registry, deliveries: Sequence[Delivery]) -> None:
    """Put each, target by target; each target gets its own in their order."""
    by_target: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in deliveries:
        by_target.setdefault((delivery.arn, delivery.sender), []).append(delivery)
    for own in by_target.values():
        put, inner = _target(call, registry, own[0])
        put_many = registry.bulk_targets.get(inner.service)
        if put_many is not None:
            put_many(tx, inner, own)
            continue
        for delivery in own:
            put(tx, inner, delivery)


def retry_timer(registry: Registry) -> Any:
    """The timer of kind "delivery": one more try of a delivery that was refused."""

    def retry(tx: Tx, call: Call[Any], row: DueRow) -> None:
        stored = dict(row.payload)
        attempt, created_at_ms = stored.pop("attempt") + 1, stored.pop("created_at_ms")
        delivery = Delivery(**{**stored, "policy": Policy(**stored["policy"])})
        refusal = _try(tx, call, registry, delivery)
        if refusal is None:
            outcome = _outcome(call, delivery, "delivered", attempts=attempt)
        else:
            outcome = _after_refusal(
                tx, call, registry, delivery, refusal, attempt=attempt, created_at_ms=created_at_ms
            )
        if delivery.event_id:
            ledger.amend(tx, delivery.event_id, outcome)

    return retry


def _try(tx: Tx, call: Call[Any], registry: Registry, delivery: Delivery) -> Refusal | None:
    try:
        with tx.savepoint():
            put, inner = _target(call, registry, delivery)
            put(tx, inner, delivery)
    except AwsError as error:
        return Refusal(error.code, error.message, is_retryable=error.is_retryable)
    return None


def _target(call: Call[Any], registry: Registry, delivery: Delivery) -> tuple[Deliver, Call[Any]]:
    """Who takes deliveries at the ARN, and the call to take them in. Raises AwsError where nobody does."""
    arn = parse_arn(delivery.arn)
    put: Deliver | None = None if arn is None else registry.target(arn.service)
    if arn is None or put is None:
        raise AwsError("INVALID_PARAMETER", f"No target can be reached at {delivery.arn}.")
    sender = service_caller(delivery.sender, call.account, call.region)
    inner = call.within(
        service=arn.service, operation="", params={}, caller=sender, account=arn.account, region=arn.region
    )
    return put, inner


def _after_refusal(
    tx: Tx,
    call: Call[Any],
    registry: Registry,
    delivery: Delivery,
    refusal: Refusal,
    *,
    attempt: int,
    created_at_ms: int,
) -> ledger.Outcome:
    exhausted = Exhausted.NOT_RETRYABLE
    if refusal.is_retryable:
        following = due_policy.next_attempt(
            delivery.policy,
            attempt=attempt,
            created_at_ms=created_at_ms,
            now_ms=call.now_ms,
            fraction=call.ids.fraction(),
        )
        if not isinstance(following, Exhausted):
            payload = {**_stored(delivery), "attempt": attempt, "created_at_ms": created_at_ms}
            call.later(tx, kind=KIND, key=call.ids.uuid(), at_ms=following, payload=payload)
            return _outcome(call, delivery, "retrying", attempts=attempt, refusal=refusal)
        exhausted = following
    is_taken = send_dead_letter(tx, call, registry, delivery, refusal, attempts=attempt, exhausted=exhausted)
    return _outcome(call, delivery, "dead-lettered" if is_taken else "failed", attempts=attempt, refusal=refusal)


def send_dead_letter(
    tx: Tx,
    call: Call[Any],
    registry: Registry,
    delivery: Delivery,
    refusal: Refusal,
    *,
    attempts: int,
    exhausted: Exhausted,
) -> bool:
    """Put the event into the delivery's dead-letter queue, with AWS's error attributes; false when there is none.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    if delivery.dead_letter_arn is None:
        return False
    attributes = {
        "RULE_ARN": delivery.rule_arn,
        "TARGET_ARN": delivery.arn,
        "ERROR_CODE": _dead_letter_code(refusal.code),
        "ERROR_MESSAGE": refusal.message,
    }
    if exhausted is not Exhausted.NOT_RETRYABLE:
        attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted.value
        attributes["RETRY_ATTEMPTS"] = str(attempts - 1)
    letter = Delivery(
        arn=delivery.dead_letter_arn,
        body=delivery.event_body,
        event_body=delivery.event_body,
        sender=delivery.sender,
        event_id=delivery.event_id,
        attributes={name: value for name, value in attributes.items() if value},
    )
    call.doors.faults.point("deadletter.before")
    is_taken = _try(tx, call, registry, letter) is None
    call.doors.faults.point("deadletter.after")
    return is_taken


def _dead_letter_code(code: str) -> str:
    return code if code.isupper() else DEAD_LETTER_CODES.get(code, "ERROR_FROM_TARGET")


def _stored(delivery: Delivery) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(json.dumps(asdict(delivery)))
    return stored


def _outcome(
    call: Call[Any],
    delivery: Delivery,
    outcome: ledger.OutcomeName,
    *,
    attempts: int,
    refusal: Refusal | None = None,
) -> ledger.Outcome:
    return ledger.Outcome(
        rule_arn=delivery.rule_arn,
        target_arn=delivery.arn,
        target_id=delivery.target_id,
        outcome=outcome,
        attempts=attempts,
        at_ms=call.now_ms,
        reason="" if refusal is None else f"{refusal.code}: {refusal.message}",
    )
