"""The one way from anything to anything: a delivery to an ARN, with its retries and its dead-letter queue.

    deliver ──► the target takes it ─────────────────────────────► delivered
            ├─► leaves the store: due row of the target's effect ──► sending ──► delivered | as below
            ├─► refuses, may be tried again ──► due row "delivery" ► retrying ──► all of this once more
            └─► refuses for good ──────────────────────────────────► dead-lettered | failed

Every try runs in a savepoint, so a failing target never fails the publisher. A target is found by its ARN's service;
what it needs beyond that (a group id, say) is in the delivery's `parameters`. A cause that has come through more buses,
topics and functions than any system has is a loop: what it delivers is refused.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Broadcast, Delivery, Refusal, Sending, Sent, restored, stored
from eventyard.engine.due import policy as due_policy
from eventyard.engine.due.deadletter import dead_letter
from eventyard.engine.due.policy import Exhausted
from eventyard.engine.due.row import DueRow
from eventyard.engine.identity import service_caller
from eventyard.engine.trace.context import HOPS_MAX, TraceContext
from eventyard.engine.trace.span import hop_id
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

if TYPE_CHECKING:
    from eventyard.engine.registry import Deliver, Registry, Timer

KIND = "delivery"

_LEAVES = frozenset(("sqs", "logs", "ses"))
"""Targets at which a chain of deliveries ends; a delivery to any other is one hop more."""


def deliver(tx: Tx, call: Call[Any], registry: "Registry", delivery: Delivery) -> ledger.Outcome:
    """Try once now; what fails is tried again later or goes to its dead-letter queue. Never raises AwsError."""
    return _attempt(tx, call, registry, delivery, attempt=1, created_at_ms=call.now_ms)


def deliver_all(tx: Tx, call: Call[Any], registry: "Registry", deliveries: Sequence[Delivery]) -> list[ledger.Outcome]:
    """`deliver` each; gives back the outcomes in their order. Cheaper, since almost always every target takes its own.

    All are put in one savepoint. Only when one refuses is everything taken back and each tried in a savepoint of its
    own, so a refusal costs time and nothing else.
    """
    tx.enter()
    try:
        leaving = _put_all(tx, call, registry, deliveries)
    except AwsError:
        tx.undo()
        return [deliver(tx, call, registry, delivery) for delivery in deliveries]
    tx.release()
    if not leaving:
        now_ms = call.now_ms
        return [ledger.Outcome(one.rule_arn, one.arn, one.target_id, "delivered", 1, now_ms) for one in deliveries]
    return [
        _outcome(call, delivery, "delivered", attempts=1)
        if (sending := leaving.get(id(delivery))) is None
        else _send(tx, call, delivery, sending, attempt=1, created_at_ms=call.now_ms)
        for delivery in deliveries
    ]


def broadcast_all(tx: Tx, call: Call[Any], registry: "Registry", broadcast: Broadcast) -> bool:
    """Put one text into all of its targets; false, with nothing done, where `deliver_all` has to see to them.

    That is so where a target refuses, has more to be told than the text, or is of a service that takes no broadcasts.
    """
    try:
        _, inner, service = _target(call, registry, broadcast.arns[0], broadcast.sender, broadcast.event_id)
    except AwsError:
        return False
    take = registry.broadcast_targets.get(service)
    return take is not None and take(tx, inner, broadcast)


def put(tx: Tx, call: Call[Any], registry: "Registry", delivery: Delivery) -> Sending | None:
    """Put the delivery, once: for whoever retries by itself. Raises AwsError, and nothing remains of the try."""
    with tx.savepoint():
        put_one, inner, _ = _target(call, registry, delivery.arn, delivery.sender, delivery.event_id)
        return put_one(tx, inner, delivery)


def retry_timer(registry: "Registry") -> "Timer":
    """The timer of kind "delivery": one more try of a delivery that was refused."""

    def retry(tx: Tx, call: Call[Any], row: DueRow) -> None:
        delivery = restored(row.payload["delivery"])
        outcome = _attempt(
            tx,
            call,
            registry,
            delivery,
            attempt=row.payload["attempt"] + 1,
            created_at_ms=row.payload["created_at_ms"],
        )
        _amend(tx, call, registry, delivery, outcome, created_at_ms=row.payload["created_at_ms"])

    return retry


def after_effect(
    tx: Tx, call: Call[Any], registry: "Registry", sent: Sent, failure: EffectFailed | None
) -> ledger.Outcome:
    """Record what came of a delivery that had left the store; what failed is tried again or given up."""
    if failure is None:
        outcome = _outcome(call, sent.delivery, "delivered", attempts=sent.attempt)
    else:
        refusal = Refusal(failure.code, failure.message, failure.is_retryable, failure.retry_after_ms)
        outcome = _after_refusal(
            tx,
            call,
            registry,
            sent.delivery,
            refusal,
            attempt=sent.attempt,
            created_at_ms=sent.created_at_ms,
        )
    _amend(tx, call, registry, sent.delivery, outcome, created_at_ms=sent.created_at_ms)
    return outcome


def _put_all(tx: Tx, call: Call[Any], registry: "Registry", deliveries: Sequence[Delivery]) -> dict[int, Sending]:
    """Put each; each target gets its own in their order. Gives back those that leave, by identity.

    Targets whose ARNs differ only after the last colon are of one service, account and region, and are served together.
    """
    by_place: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in deliveries:
        by_place.setdefault((delivery.arn.rpartition(":")[0], delivery.sender), []).append(delivery)
    leaving: dict[int, Sending] = {}
    for own in by_place.values():
        _, inner, service = _target(call, registry, own[0].arn, own[0].sender, own[0].event_id)
        put_many = registry.bulk_targets.get(service)
        if put_many is not None:
            put_many(tx, inner, own)
            continue
        for delivery in own:
            put_one, inner, _ = _target(call, registry, delivery.arn, delivery.sender, delivery.event_id)
            if (sending := put_one(tx, inner, delivery)) is not None:
                leaving[id(delivery)] = sending
    return leaving


def _attempt(
    tx: Tx, call: Call[Any], registry: "Registry", delivery: Delivery, *, attempt: int, created_at_ms: int
) -> ledger.Outcome:
    tried = _try(tx, call, registry, delivery)
    if tried is None:
        return _outcome(call, delivery, "delivered", attempts=attempt)
    if isinstance(tried, Sending):
        return _send(tx, call, delivery, tried, attempt=attempt, created_at_ms=created_at_ms)
    return _after_refusal(tx, call, registry, delivery, tried, attempt=attempt, created_at_ms=created_at_ms)


def _try(tx: Tx, call: Call[Any], registry: "Registry", delivery: Delivery) -> Refusal | Sending | None:
    try:
        return put(tx, call, registry, delivery)
    except AwsError as error:
        return Refusal(error.code, error.message, is_retryable=error.is_retryable)


def _target(
    call: Call[Any], registry: "Registry", at: str, sender: str, event_id: str
) -> tuple["Deliver", Call[Any], str]:
    """Who takes deliveries at the ARN, the call to take them in, and the service. Raises AwsError where nobody does.

    The call's cause is the hop that the ledger keeps by `event_id`, where there is one.
    """
    arn = parse_arn(at)
    put_one: Deliver | None = None if arn is None else registry.target(arn.service)
    if arn is None or put_one is None:
        raise AwsError("INVALID_PARAMETER", f"No target can be reached at {at}.")
    trace = call.trace.caused_by(hop_id(sender, event_id)) if event_id else call.trace
    inner = call.within(
        service=arn.service,
        operation="",
        params={},
        caller=service_caller(sender, call.account, call.region),
        account=arn.account or call.account,
        region=arn.region or call.region,
        trace=trace if arn.service in _LEAVES else _one_hop_further(trace),
    )
    return put_one, inner, arn.service


def _one_hop_further(trace: TraceContext) -> TraceContext:
    if trace.hops >= HOPS_MAX:
        raise AwsError("LOOP", f"This is hop {trace.hops + 1} of one cause ({trace.root}): a loop, which ends here.")
    return trace.one_hop_further()


def _send(
    tx: Tx, call: Call[Any], delivery: Delivery, sending: Sending, *, attempt: int, created_at_ms: int
) -> ledger.Outcome:
    as_json = {
        "delivery": stored(delivery),
        "payload": dict(sending.payload),
        "attempt": attempt,
        "created_at_ms": created_at_ms,
    }
    at_ms = max(call.now_ms, sending.at_ms or 0)
    call.later(tx, kind=sending.kind, key=call.ids.uuid(), at_ms=at_ms, payload=as_json)
    return _outcome(call, delivery, "sending", attempts=attempt - 1, next_at_ms=at_ms if at_ms > call.now_ms else None)


def _after_refusal(
    tx: Tx,
    call: Call[Any],
    registry: "Registry",
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
            retry_after_ms=refusal.retry_after_ms,
        )
        if not isinstance(following, Exhausted):
            payload = {"delivery": stored(delivery), "attempt": attempt, "created_at_ms": created_at_ms}
            call.later(tx, kind=KIND, key=call.ids.uuid(), at_ms=following, payload=payload)
            return _outcome(call, delivery, "retrying", attempts=attempt, refusal=refusal, next_at_ms=following)
        exhausted = following
    is_taken = _send_dead_letter(tx, call, registry, delivery, refusal, attempts=attempt, exhausted=exhausted)
    return _outcome(call, delivery, "dead-lettered" if is_taken else "failed", attempts=attempt, refusal=refusal)


def _send_dead_letter(
    tx: Tx,
    call: Call[Any],
    registry: "Registry",
    delivery: Delivery,
    refusal: Refusal,
    *,
    attempts: int,
    exhausted: Exhausted,
) -> bool:
    """Put the delivery's dead letter into its queue; false when it has none or the queue refuses."""
    letter = dead_letter(delivery, refusal, attempts=attempts, exhausted=exhausted)
    if letter is None:
        return False
    call.doors.faults.point("deadletter.before")
    is_taken = _try(tx, call, registry, letter) is None
    call.doors.faults.point("deadletter.after")
    return is_taken


def _amend(
    tx: Tx,
    call: Call[Any],
    registry: "Registry",
    delivery: Delivery,
    outcome: ledger.Outcome,
    *,
    created_at_ms: int,
) -> None:
    if delivery.event_id:
        ledger.amend(tx, delivery.event_id, outcome)
    if (heard := registry.heard(delivery.sender)) is not None:
        heard(tx, call, delivery, outcome, call.now_ms - created_at_ms)


def _outcome(
    call: Call[Any],
    delivery: Delivery,
    outcome: ledger.OutcomeName,
    *,
    attempts: int,
    refusal: Refusal | None = None,
    next_at_ms: int | None = None,
) -> ledger.Outcome:
    return ledger.Outcome(
        rule_arn=delivery.rule_arn,
        target_arn=delivery.arn,
        target_id=delivery.target_id,
        outcome=outcome,
        attempts=attempts,
        at_ms=call.now_ms,
        reason="" if refusal is None else f"{refusal.code}: {refusal.message}",
        next_at_ms=next_at_ms,
        dead_letter_arn=delivery.dead_letter_arn if outcome == "dead-lettered" else None,
    )
