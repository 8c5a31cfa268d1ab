"""Invoke: at once, later, or only as a question."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.park import Perform
from eventyard.functions.spec import Invocation
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model.loops import is_loop
from eventyard.services.lambda_.queries import invocations
from eventyard.services.lambda_.work import hops
from eventyard.services.lambda_.work.asynchronous import accept
from eventyard.services.lambda_.work.finding import Found, resolved
from eventyard.services.lambda_.work.invoking import Attempted, Invocable, Invoker, Order, Throttled
from eventyard.store.tx import Tx

PAYLOAD_BYTES_MAX = 6_291_456
EVENT_BYTES_MAX = 1_048_576
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (1 MB since October 2025)"""


def invoke(tx: Tx, call: Call[Mapping[str, Any]], *, invoker: Invoker) -> dict[str, Any] | Perform:
    """Run the function and answer with what it said (RequestResponse), take the event in (Event), or do neither."""
    params = call.params
    found = resolved(tx, call)
    kind = params.get("InvocationType", "RequestResponse")
    if kind == "DryRun":
        return {"StatusCode": 204, "ExecutedVersion": found.function.version}
    for name in ("TenantId", "DurableExecutionName"):
        if params.get(name):
            raise errors.not_served(name)
    payload = _payload(params, is_event=kind == "Event")
    _refuse_loop(call, found)
    if kind == "Event":
        accept(tx, call, found.ref, payload.decode())
        return {"StatusCode": 202}
    return _run_now(tx, call, found, payload, invoker)


def invoke_async(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The older way to say Invoke with InvocationType Event."""
    found = resolved(tx, call)
    payload = _payload({"Payload": call.params["InvokeArgs"]}, is_event=True)
    _refuse_loop(call, found)
    accept(tx, call, found.ref, payload.decode())
    return {"Status": 202}


def _refuse_loop(call: Call[Mapping[str, Any]], found: Found) -> None:
    if is_loop(call.trace, found.ref.arn):
        raise errors.recursive_invocation()


def _run_now(tx: Tx, call: Call[Mapping[str, Any]], found: Found, payload: bytes, invoker: Invoker) -> Perform:
    invocable = Invocable(found.function, invocations.reserved(tx, found.function.arn))
    asked = hops.Asked(found.ref, call.trace, call.ids.span(), call.doors.nodes.of(call.trace.cause), call.now_ms)
    order = Order(
        payload=payload,
        request_id=call.request_id,
        invoked_arn=found.ref.qualified_arn,
        trace=call.trace.below(asked.span),
        span=call.ids.span(),
        client_context=_client_context(call.params.get("ClientContext", "")),
    )
    is_tail = call.params.get("LogType") == "Tail"

    async def run() -> Invocation | AwsError:
        attempted = await invoker.run(invocable, order)
        _observe(invoker, asked, attempted)
        outcome = attempted.outcome
        if isinstance(outcome, Throttled):
            return errors.too_many_requests(outcome.reason)
        return errors.service_failure(outcome.message) if isinstance(outcome, EffectFailed) else outcome

    def answer(_: Tx, __: Call[Any], outcome: Invocation | AwsError) -> dict[str, Any]:
        if isinstance(outcome, AwsError):
            raise outcome
        return _answer(outcome, is_tail=is_tail)

    return Perform(run, answer)


def _observe(invoker: Invoker, asked: hops.Asked, attempted: Attempted) -> None:
    """Tell the spans and the metrics, in no transaction: an invocation that is answered at once has none to write."""
    told = {"request_id": attempted.order.request_id, "attempts": 1, **hops.failure_told(attempted.outcome)}
    status = hops.status_of(attempted.outcome)
    whole = hops.function_span(asked, ended_at_ms=attempted.ended_at_ms, status=status, told=told)
    engine = invoker.engine
    spans = (whole, *hops.attempt_spans(attempted, engine.ids))
    engine.observe(spans=spans, measured=hops.attempt_metrics(attempted, asked.ref))


def _answer(invocation: Invocation, *, is_tail: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "StatusCode": 200,
        "Payload": invocation.payload,
        "ExecutedVersion": invocation.executed_version,
    }
    if invocation.function_error is not None:
        answer["FunctionError"] = invocation.function_error
    if is_tail:
        answer["LogResult"] = base64.b64encode(invocation.log_tail).decode()
    return answer


def _payload(params: Mapping[str, Any], *, is_event: bool) -> bytes:
    """The payload as JSON; none is an empty object."""
    payload = bytes(params.get("Payload") or b"{}")
    bytes_max = EVENT_BYTES_MAX if is_event else PAYLOAD_BYTES_MAX
    if len(payload) > bytes_max:
        raise errors.payload_too_large(len(payload), is_event=is_event, bytes_max=bytes_max)
    try:
        json.loads(payload)
    except (ValueError, RecursionError) as problem:
        raise errors.not_json(str(problem)) from None
    return payload


def _client_context(text: str) -> str:
    """The client context as JSON text, from base64."""
    if not text:
        return ""
    try:
        context = base64.b64decode(text, validate=True).decode()
        json.loads(context)
    except (binascii.Error, ValueError):
        raise AwsError(
            "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object."
        ) from None
    return context
