"""The span of a request that is part of a client's trace: what was asked, of what, and how it ended.

Such requests come from functions mostly, whose SDK passes the trace on. Their spans are told after the answer, since
those that were refused, or only read, have written nothing.
"""

from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.observing.edges import Status
from eventyard.engine.trace.span import Span

THROTTLED = frozenset(
    (
        "ThrottlingException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    )
)
"""The codes by which services refuse what is too much at once."""


def request_span(call: Call[Any], outcome: Any, engine: Engine) -> Span:
    """The span of a request that has been answered with `outcome`, a result or what answers for it."""
    detail: dict[str, Any] = {"service": call.service, "operation": call.operation, "request_id": call.request_id}
    if isinstance(outcome, AwsError):
        detail["error"] = {"code": outcome.code, "message": outcome.message}
    began_at_ms = call.now_ms if call.began_at_ms is None else call.began_at_ms
    return Span(
        call.trace.root,
        engine.ids.span(),
        call.trace.parent,
        call.account,
        call.region,
        "request",
        f"arn:aws:{call.service}:{call.region}:{call.account}:",
        "",
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
