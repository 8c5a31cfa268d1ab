"""Deliveries that leave the store: the effect that performs them, and hands back to `targets` what came of it.

A row is claimed for one try, so one that is claimed again had a try that was cut off; the ledger says so. What a try
met in the world is a hop: the span of an endpoint.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from eventyard.base.clock import Clock
from eventyard.base.errors import EffectFailed
from eventyard.engine import ledger, targets
from eventyard.engine.call import Call
from eventyard.engine.delivery import Sent, restored
from eventyard.engine.due.row import DueRow
from eventyard.engine.observing.edges import Status
from eventyard.engine.registry import Effect, Registry, RemoteTarget
from eventyard.engine.trace import record
from eventyard.engine.trace.span import Span, hop_id
from eventyard.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Tried:
    """One try: the answer or the failure, when it began and when it was over."""

    answer: Any
    failure: EffectFailed | None
    began_at_ms: int
    ended_at_ms: int


def remote_effect(registry: Registry, remote: RemoteTarget, clock: Clock) -> Effect:
    """The effect for what a `Deliver` function gave back as `Sending`; a failure is answered as a refusal is."""

    async def perform(row: DueRow) -> Tried:
        return await attempted(remote, _sent(row), clock)

    def settle(tx: Tx, call: Call[Any], row: DueRow, tried: Tried) -> None:
        sent = _sent(row)
        if row.attempt > 1 and (event_id := sent.delivery.event_id):
            own = sent.delivery
            ledger.note_cut_off(
                tx,
                event_id,
                rule_arn=own.rule_arn,
                target_id=own.target_id,
                at_ms=row.due_at_ms,
                times=row.attempt - 1,
            )
        record.put(tx, call, hops_of(call, remote, sent, tried, event_id=sent.delivery.event_id))
        outcome = targets.after_effect(tx, call, registry, sent, tried.failure)
        if remote.settled is not None:
            remote.settled(tx, call, sent, outcome)

    return Effect(perform=perform, settle=settle)


async def attempted(remote: RemoteTarget, sent: Sent, clock: Clock) -> Tried:
    """One try of it."""
    began_at_ms = clock.now_ms()
    try:
        answer = await remote.perform(sent)
    except EffectFailed as failure:
        return Tried(None, failure, began_at_ms, clock.now_ms())
    return Tried(answer, None, began_at_ms, clock.now_ms())


def hops_of(call: Call[Any], remote: RemoteTarget, sent: Sent, tried: Tried, *, event_id: str = "") -> list[Span]:
    """The span of the try, as `call` caused it, where the target is a hop of its own.

    `event_id` is what the ledger keeps the event by that was delivered: the span is below that.
    """
    if remote.status_of is None:
        return []
    delivery, failure = sent.delivery, tried.failure
    http_status = remote.status_of(tried.answer) if failure is None else failure.status
    told: dict[str, Any] = {"http_status": http_status, "attempt": sent.attempt}
    if failure is not None:
        told["error"] = {"code": failure.code, "message": failure.message}
    trace = call.trace.caused_by(hop_id(delivery.sender, event_id)) if event_id else call.trace
    return [
        Span(
            *(trace.root, call.ids.span(), trace.cause, call.account, call.region, "destination", delivery.arn),
            delivery.arn if event_id else call.doors.nodes.of(trace.cause),
            *(tried.began_at_ms, tried.ended_at_ms),
            _status(http_status, is_failed=failure is not None),
            orjson.dumps(told).decode(),
        )
    ]


def _status(http_status: int | None, *, is_failed: bool) -> Status:
    if http_status == HTTPStatus.TOO_MANY_REQUESTS:
        return "throttle"
    if http_status is None:
        return "fault" if is_failed else "ok"
    if http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "fault"
    return "error" if http_status >= HTTPStatus.BAD_REQUEST else "ok"


def _sent(row: DueRow) -> Sent:
    return Sent(
        delivery=restored(row.payload["delivery"]),
        payload=row.payload["payload"],
        attempt=row.payload["attempt"],
        created_at_ms=row.payload["created_at_ms"],
        account=row.account,
        region=row.region,
        trace=row.trace,
    )
