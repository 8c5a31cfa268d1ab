"""Asynchronous invocations: a due row each, worked off as the effect `lambda.invoke`.

The row is written in the transaction that accepts the event; each try is an effect outside of any transaction, and its
settlement ends the row or adds the next try. `model/invokes.py` decides which. Deliveries from rules come in here, too.
A row is claimed for one try, so one that is claimed again had a try that was cut off; the ledger says so of an event.
The span of the whole is written at its end; its id comes from the event, so that each try is below it from the first.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.due.row import DueRow
from eventyard.engine.observing.edges import Status
from eventyard.engine.observing.series import Measured
from eventyard.engine.registry import Effect
from eventyard.engine.trace import record
from eventyard.engine.trace.context import new_trace, read_header
from eventyard.engine.trace.span import span_id
from eventyard.functions.spec import Invocation
from eventyard.languages.arns import parse_arn
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model import invokes
from eventyard.services.lambda_.model.invokes import Again, Attempt, Ended, InvokeConfig
from eventyard.services.lambda_.model.loops import is_loop
from eventyard.services.lambda_.model.names import LATEST, FunctionRef, function_ref
from eventyard.services.lambda_.queries import functions, invocations
from eventyard.services.lambda_.work import hops
from eventyard.services.lambda_.work.finding import resolve
from eventyard.services.lambda_.work.invoking import Attempted, Invocable, Invoker, Order
from eventyard.services.lambda_.work.telling import Teller, tell, to_bus, to_function, to_queue_or_topic
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

KIND = "lambda.invoke"
_GONE = "FunctionGone"


@dataclass(frozen=True, slots=True)
class Origin:
    """The event of a bus that came by a rule, as the ledger knows it; empty for an Invoke."""

    event_id: str = ""
    rule_arn: str = ""
    target_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An event on its way to a function: `body` is JSON text, `source` the ARN it is from, empty for a client.

    What the ledger knows comes from the function itself, since the ledger has counted its way there.
    """

    ref: FunctionRef
    body: str
    request_id: str
    attempt: Attempt
    origin: Origin = Origin()
    source: str = ""

    @property
    def span(self) -> str:
        """The id of the span of the whole."""
        return span_id(f"{self.request_id} function")


def accept(
    tx: Tx, call: Call[Any], ref: FunctionRef, payload: str, *, request_id: str = "", origin: Origin | None = None
) -> None:
    """Have the function invoked with this JSON text soon; it is on disk when the call is answered."""
    attempt = Attempt(1, 0, call.now_ms)
    origin = origin or Origin()
    source = ref.qualified_arn if origin.event_id else call.doors.nodes.of(call.trace.cause)
    event = Event(ref, payload, request_id or call.request_id, attempt, origin, source)
    _measure(tx, call, hops.counted(ref, "AsyncEventsReceived"))
    _add(tx, call, event, at_ms=call.now_ms)


def deliver(tx: Tx, call: Call[Any], delivery: Delivery) -> None:
    """Take a delivery to a function's ARN as an asynchronous invocation.

    Raises ResourceNotFoundException, and RecursiveInvocationException where a loop ends.
    """
    ref = function_ref(delivery.arn, account=call.account, region=call.region)
    resolve(tx, ref)
    if is_loop(call.trace, ref.arn):
        raise errors.recursive_invocation()
    origin = Origin(delivery.event_id, delivery.rule_arn, delivery.target_id)
    accept(tx, call, ref, delivery.body, request_id=call.ids.uuid(), origin=origin)


def effect(invoker: Invoker) -> Effect:
    """The effect of kind `lambda.invoke`."""

    async def perform(due: DueRow) -> Attempted | str:
        return await _perform(invoker, due)

    return Effect(perform=perform, settle=_settle)


def _add(tx: Tx, call: Call[Any], event: Event, *, at_ms: int) -> None:
    call.later(tx, kind=KIND, key=event.request_id, at_ms=at_ms, payload=asdict(event))


def _event(due: DueRow) -> Event:
    row = due.payload
    origin = Origin(**row.get("origin", {}))
    ref, attempt = FunctionRef(**row["ref"]), Attempt(**row["attempt"])
    return Event(ref, row["body"], row["request_id"], attempt, origin, row.get("source", ""))


async def _perform(invoker: Invoker, due: DueRow) -> Attempted | str:
    """What came of the try, or `_GONE`."""
    engine = invoker.engine
    event = _event(due)
    ref = event.ref
    call = engine.new_call(service="lambda", operation=KIND, account=ref.account, region=ref.region)
    invocable = await engine.run(lambda tx, call: _invocable(tx, ref), call)
    if invocable is None:
        return _GONE
    trace = read_header(due.trace) or new_trace(engine.clock.now_ms(), engine.ids)
    order = Order(
        payload=event.body.encode(),
        request_id=event.request_id,
        invoked_arn=ref.qualified_arn,
        trace=trace.below(event.span),
        span=engine.ids.span(),
    )
    return await invoker.run(invocable, order)


def _invocable(tx: Tx, ref: FunctionRef) -> Invocable | None:
    try:
        found = resolve(tx, ref)
    except AwsError:
        return None
    return Invocable(found.function, invocations.reserved(tx, ref.arn))


def _settle(tx: Tx, call: Call[Any], due: DueRow, tried: Attempted | str) -> None:
    event = _event(due)
    ref, attempt, origin = event.ref, event.attempt, event.origin
    if due.attempt > 1 and origin.event_id:
        ledger.note_cut_off(
            tx,
            origin.event_id,
            rule_arn=origin.rule_arn,
            target_id=origin.target_id,
            at_ms=due.due_at_ms,
            times=due.attempt - 1,
        )
    config = invocations.invoke_config(tx, ref.arn, ref.qualifier or LATEST) or InvokeConfig("", {}, 0)
    if isinstance(tried, str):
        _record_gone(tx, call, event)
        return
    record.put(tx, call, hops.attempt_spans(tried, call.ids, number=attempt.number))
    _measure(tx, call, hops.attempt_metrics(tried, ref))
    age_ms = tried.began_at_ms - attempt.accepted_at_ms
    _measure(tx, call, hops.counted(ref, "AsyncEventAge", max(0, age_ms), unit="Milliseconds"))
    outcome = tried.outcome
    following = _following(config, attempt, outcome, now_ms=call.now_ms)
    if isinstance(following, Again):
        _add(tx, call, replace(event, attempt=following.attempt), at_ms=following.at_ms)
        return
    ended = _ended(event, following, outcome)
    told = {"request_id": event.request_id, "attempts": ended.invoke_count, "condition": following}
    _end_span(tx, call, event, hops.status_of(outcome), {**told, **hops.failure_told(outcome)})
    if following != invokes.SUCCESS:
        _measure(tx, call, hops.counted(ref, "AsyncEventsDropped"))
    call.doors.nodes.put(event.span, ref.arn)
    caused = call.within(service="lambda", operation=KIND, params={}, trace=call.trace.below(event.span))
    _tell(tx, caused, ref, config, ended)


def _following(
    config: InvokeConfig, attempt: Attempt, outcome: Invocation | EffectFailed, *, now_ms: int
) -> Again | str:
    """When it is tried again, or the condition that ends it."""
    if isinstance(outcome, EffectFailed):
        return invokes.after_throttle(config, attempt, now_ms=now_ms)
    if outcome.status == "ok":
        return invokes.SUCCESS
    return invokes.after_failure(config, attempt, now_ms=now_ms)


def _end_span(tx: Tx, call: Call[Any], event: Event, status: Status, told: Mapping[str, Any]) -> None:
    asked = hops.Asked(event.ref, call.trace, event.span, event.source, event.attempt.accepted_at_ms)
    record.put(tx, call, [hops.function_span(asked, ended_at_ms=call.now_ms, status=status, told=told)])


def _measure(tx: Tx, call: Call[Any], measured: Iterable[Measured]) -> None:
    for series, value, _ in measured:
        call.measure(tx, series, value)


def _record_gone(tx: Tx, call: Call[Any], event: Event) -> None:
    """The function was deleted after it had accepted the event: the event's outcome says so."""
    ref, origin = event.ref, event.origin
    log.error("%s was deleted; its event %s cannot be delivered any more", ref.arn, event.request_id)
    reason = f"ResourceNotFoundException: Function not found: {ref.qualified_arn}"
    _end_span(tx, call, event, "fault", {"request_id": event.request_id, "condition": reason})
    _measure(tx, call, hops.counted(ref, "AsyncEventsDropped"))
    if origin.event_id:
        outcome = ledger.Outcome(
            rule_arn=origin.rule_arn,
            target_arn=ref.qualified_arn,
            target_id=origin.target_id,
            outcome="failed",
            attempts=event.attempt.number,
            at_ms=call.now_ms,
            reason=reason,
        )
        ledger.amend(tx, origin.event_id, outcome)


def _ended(event: Event, condition: str, outcome: Invocation | EffectFailed) -> Ended:
    is_run = isinstance(outcome, Invocation)
    return Ended(
        request_id=event.request_id,
        function_arn=f"{event.ref.arn}:{event.ref.qualifier or LATEST}",
        condition=condition,
        invoke_count=event.attempt.number if is_run else event.attempt.number - 1,
        request=json.loads(event.body),
        executed_version=outcome.executed_version if isinstance(outcome, Invocation) else "",
        function_error=outcome.function_error if isinstance(outcome, Invocation) else None,
        answer=_json_or_text(outcome.payload) if isinstance(outcome, Invocation) else None,
    )


def _json_or_text(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")


def _tell(tx: Tx, call: Call[Any], ref: FunctionRef, config: InvokeConfig, ended: Ended) -> None:
    is_success = ended.condition == invokes.SUCCESS
    destination = config.destination("OnSuccess" if is_success else "OnFailure")
    if destination:
        send_record(tx, call, destination, ended, teller=Teller(ref.name, "DestinationDeliveryFailures"))
    function = functions.find(tx, ref.arn)
    dead_letter_arn = "" if function is None or is_success else function.settings.get("DeadLetterArn", "")
    if dead_letter_arn:
        _send_dead_letter(tx, call, dead_letter_arn, ended, teller=Teller(ref.name, "DeadLetterErrors"))


def send_record(tx: Tx, call: Call[Any], destination: str, ended: Ended, *, teller: Teller) -> None:
    """Tell a destination how the event ended: a bus gets it as an event, a queue, a topic and a function as JSON."""
    body = json.dumps(invokes.destination_record(ended, now_ms=call.now_ms))
    arn = parse_arn(destination)
    assert arn is not None, "checked when it was set"
    if arn.service == "events":
        result = "Success" if ended.condition == invokes.SUCCESS else "Failure"
        entry = {
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {result}",
            "Resources": [ended.function_arn, destination],
            "Detail": body,
            "EventBusName": destination,
        }
        tell(tx, call, to_bus(arn, entry), teller)
    elif arn.service == "lambda":
        tell(tx, call, to_function(arn, destination, body), teller)
    else:
        tell(tx, call, to_queue_or_topic(arn, body, {}), teller)


def _send_dead_letter(tx: Tx, call: Call[Any], arn: str, ended: Ended, *, teller: Teller) -> None:
    """The event itself, with AWS's three attributes.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
    """
    parts = parse_arn(arn)
    assert parts is not None, "checked when it was set"
    message = ended.answer.get("errorMessage", "") if isinstance(ended.answer, Mapping) else ""
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": ended.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": "200" if ended.executed_version else "429"},
    }
    if message:
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": str(message)[:1024]}
    tell(tx, call, to_queue_or_topic(parts, json.dumps(ended.request), attributes), teller)
