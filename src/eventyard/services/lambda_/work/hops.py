"""The hops of functions: what traces and metrics tell of an invocation.

    function    from the ask to its final outcome, whoever asked; below it one
    invocation  for each try, whose id is what the function's SDK passes on; below that
    init        where the try had to start an environment

A function's own error is an error, a time-out and a crash are faults. Metrics are AWS's, with its dimensions:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.base.ids import Ids
from eventyard.engine.call import Call
from eventyard.engine.observing.edges import Status
from eventyard.engine.observing.series import Measured, Series
from eventyard.engine.trace.context import TraceContext
from eventyard.engine.trace.span import Kind, Span
from eventyard.functions.spec import Invocation
from eventyard.services.lambda_.model.names import FunctionRef, function_ref
from eventyard.services.lambda_.work.invoking import Attempted, Throttled

NAMESPACE: Final = "AWS/Lambda"
_COUNT: Final = "Count"
_MS: Final = "Milliseconds"


@dataclass(frozen=True, slots=True)
class Asked:
    """An invocation as somebody asked for it: `trace` the cause, `span` its own id, `source` where the ask is from."""

    ref: FunctionRef
    trace: TraceContext
    span: str
    source: str
    at_ms: int


def status_of(outcome: Invocation | EffectFailed) -> Status:
    """How a try ended."""
    if isinstance(outcome, EffectFailed):
        return "throttle" if isinstance(outcome, Throttled) else "fault"
    if outcome.status == "ok":
        return "ok"
    return "fault" if outcome.is_fault else "error"


def function_span(asked: Asked, *, ended_at_ms: int, status: Status, told: Mapping[str, Any]) -> Span:
    """The span of the whole; `told` is what its detail says."""
    ref, trace = asked.ref, asked.trace
    return Span(
        *(trace.root, asked.span, trace.cause, ref.account, ref.region, "function", ref.qualified_arn, asked.source),
        *(asked.at_ms, ended_at_ms, status, orjson.dumps(told).decode()),
    )


def attempt_spans(attempted: Attempted, ids: Ids, *, number: int = 1) -> list[Span]:
    """The spans of one try, the `number`-th: none where nothing ran."""
    outcome, order, function = attempted.outcome, attempted.order, attempted.function
    if isinstance(outcome, EffectFailed):
        return []
    began_at_ms = max(attempted.began_at_ms, attempted.ended_at_ms - round(outcome.duration_ms))
    told = {
        "request_id": order.request_id,
        "attempt": number,
        "version": outcome.executed_version,
        "is_cold": outcome.init_ms is not None,
        "memory_mb": function.settings["MemorySize"],
        "max_memory_mb": outcome.max_memory_mb,
        "duration_ms": round(outcome.duration_ms, 2),
        "billed_ms": outcome.billed_ms,
        "log_group": function.log_group,
        "log_stream": outcome.log_stream,
        **failure_told(outcome),
    }

    def span(kind: Kind, id: str, parent: str, *, from_ms: int, until_ms: int, status: Status, told: Any) -> Span:
        account, region, arn = function.ref.account, function.ref.region, function.arn
        detail = orjson.dumps(told).decode()
        return Span(order.trace.root, id, parent, account, region, kind, arn, arn, from_ms, until_ms, status, detail)

    status = status_of(outcome)
    spans = [
        span(
            "invocation",
            order.span,
            order.trace.cause,
            from_ms=began_at_ms,
            until_ms=attempted.ended_at_ms,
            status=status,
            told=told,
        )
    ]
    if outcome.init_ms is not None:
        first_ms = max(attempted.began_at_ms, began_at_ms - round(outcome.init_ms))
        init = {"duration_ms": round(outcome.init_ms, 2), "runtime": outcome.runtime_used}
        id = ids.span()
        spans.append(span("init", id, order.span, from_ms=first_ms, until_ms=began_at_ms, status="ok", told=init))
    return spans


def failure_told(outcome: Invocation | EffectFailed) -> dict[str, Any]:
    """What a span's detail says of a failure; nothing of a success."""
    if isinstance(outcome, EffectFailed):
        return {"error": {"code": outcome.code, "message": outcome.message}}
    if outcome.function_error is None:
        return {}
    try:
        said = orjson.loads(outcome.payload)
    except ValueError:
        said = None
    found = said if isinstance(said, Mapping) else {}
    error = {"code": str(found.get("errorType", "")), "message": str(found.get("errorMessage", ""))[:1024]}
    return {"function_error": outcome.function_error, "error": error}


def attempt_metrics(attempted: Attempted, ref: FunctionRef) -> list[Measured]:
    """What a try counts; throttles and errors are counted as 0 where there are none, so that rates can be had."""
    outcome, function = attempted.outcome, attempted.function
    if isinstance(outcome, Throttled):
        return list(counted(ref, "Throttles", version=function.version))
    if isinstance(outcome, EffectFailed):
        return []
    version = outcome.executed_version
    made = [
        *counted(ref, "Invocations", version=version),
        *counted(ref, "Errors", 0 if outcome.status == "ok" else 1, version=version),
        *counted(ref, "Throttles", 0, version=version),
        *counted(ref, "Duration", round(outcome.duration_ms, 2), unit=_MS, version=version),
    ]
    if attempted.at_once is not None:
        made += _concurrency(attempted, ref)
    return made


def answered(call: Call[Any], outcome: object, took_ms: int) -> Sequence[Measured]:
    """What a refusal counts; see `engine.registry.Answered`."""
    if not isinstance(outcome, AwsError) or outcome.code != "RecursiveInvocationException":
        return ()
    ref = function_ref(call.params["FunctionName"], account=call.account, region=call.region)
    return list(counted(ref, "RecursiveInvocationsDropped"))


def _concurrency(attempted: Attempted, ref: FunctionRef) -> list[Measured]:
    at_once = attempted.at_once
    assert at_once is not None, "it ran"
    name = "ConcurrentExecutions"
    own = [Measured(series, at_once.own) for series in _series(ref, name, unit=_COUNT) if series.dimensions]
    alone = Series(ref.account, ref.region, NAMESPACE, name, _COUNT)
    made = [*own, Measured(alone, at_once.all)]
    if at_once.unreserved:
        made.append(Measured(alone._replace(name="UnreservedConcurrentExecutions"), at_once.unreserved))
    return made


def counted(
    ref: FunctionRef, name: str, value: float = 1, *, unit: str = _COUNT, version: str = ""
) -> Iterator[Measured]:
    """The value in each of the metric's series: of the function, of what was named, of its alias's version, of all."""
    for series in _series(ref, name, unit=unit, version=version):
        yield Measured(series, value)


def _series(ref: FunctionRef, name: str, *, unit: str, version: str = "") -> Sequence[Series]:
    function = ("FunctionName", ref.name)
    resource = ("Resource", f"{ref.name}:{ref.qualifier}" if ref.qualifier else ref.name)
    all_dimensions: list[tuple[tuple[str, str], ...]] = [(), (function,), (function, resource)]
    if version and ref.qualifier and ref.qualifier != version:
        all_dimensions.append((("ExecutedVersion", version), function, resource))
    return [Series(ref.account, ref.region, NAMESPACE, name, unit, dimensions) for dimensions in all_dimensions]
