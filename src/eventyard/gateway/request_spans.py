"""The span of a request that is part of a client's trace: what was asked, of what, and how it ended.

Such requests come from functions mostly, whose SDK passes the trace on. Their spans are told after the answer, since
those that were refused, or only read, have written nothing; what they cause is below them from the first on.
"""

from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.observing.edges import Status
from eventyard.engine.trace.span import Span, span_id
from eventyard.gateway.request_nodes import node_of

THROTTLED = frozenset(
    (
        "ThrottlingException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    )
)
"""The codes by which services refuse what is too much at once."""


def begin_span(call: Call[Any], engine: Engine) -> None:
    """Have what the request causes be below its own span, which comes from whoever the client's span is of."""
    own = span_id(call.request_id)
    call.asked_from = call.trace.cause
    call.trace = call.trace._replace(at=own)
    engine.nodes.put(own, engine.nodes.of(call.asked_from))


def request_span(call: Call[Any], outcome: Any, engine: Engine) -> Span:
    """The span of a request that has been answered with `outcome`, a result or what answers for it."""
    detail: dict[str, Any] = {"service": call.service, "operation": call.operation, "request_id": call.request_id}
    if isinstance(outcome, AwsError):
        detail["error"] = {"code": outcome.code, "message": outcome.message}
    began_at_ms = call.now_ms if call.began_at_ms is None else call.began_at_ms
    return Span(
        call.trace.root,
        span_id(call.request_id),
        call.asked_from,
        call.account,
        call.region,
        "request",
        node_of(call.service, call.params, account=call.account, region=call.region),
        engine.nodes.of(call.asked_from),
        began_at_ms,
        engine.clock.now_ms(),
        status_of(outcome),
        orjson.dumps(detail).decode(),
    )


def status_of(outcome: Any) -> Status:
    """How a request ended, in X-Ray's terms."""
    if isinstance(outcome, AwsError):
        if outcome.code in THROTTLED:
            return "throttle"
        return "fault" if outcome.is_server_fault else "error"
    return "fault" if isinstance(outcome, Exception) else "ok"
