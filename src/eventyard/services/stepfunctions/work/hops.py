"""The hops of executions: one span of the machine at the end, below it one of each state that took time.

    machine ─► id from the execution's ARN, known from its start on; written at its end
      state ─► id from its entry in the history; written when it is over, while the execution may go on for months
        what its task asked for

States that are over as soon as they are entered (Pass, Choice, Succeed, Fail) have none: a chain of them would cost
more to tell than to run, and the history has them. An execution that was redriven has a second span, with its own
states. Where the machine's tracing is on, what its tasks ask is sampled and names the state as its parent.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import orjson

from eventyard.engine.call import Call
from eventyard.engine.observing.edges import Status
from eventyard.engine.trace import record
from eventyard.engine.trace.context import TraceContext, read_header
from eventyard.engine.trace.span import Span, span_id
from eventyard.languages.asl.steps import Left
from eventyard.services.stepfunctions.model.executions import Execution
from eventyard.services.stepfunctions.model.machines import StateMachine
from eventyard.store.tx import Tx

_STATUS: Final[Mapping[str, Status]] = MappingProxyType(
    {"SUCCEEDED": "ok", "ABORTED": "error", "FAILED": "fault", "TIMED_OUT": "fault"}
)
_TEXT_MAX: Final = 1_024


def cause_of(call: Call[Any], trace_header: str | None) -> TraceContext:
    """What causes an execution: what the client's header names, else the call itself."""
    given = None if trace_header is None else read_header(trace_header)
    return given or call.trace


def trace_of(call: Call[Any], execution: Execution, machine: StateMachine) -> TraceContext:
    """The place below the execution's own span, whoever has it go on."""
    caused = _caused(execution) or call.trace
    return _below(caused, _span_id(execution), machine)


def of_execution(call: Call[Any], execution: Execution, machine: StateMachine) -> Call[Any]:
    """The call as what the execution itself brings about is caused by it."""
    trace = trace_of(call, execution, machine)
    return call.within(service=call.service, operation=call.operation, params=call.params, trace=trace)


def of_state(call: Call[Any], execution: Execution, machine: StateMachine, entered: int) -> Call[Any]:
    """The execution's call as what a state asks for is caused by it."""
    own = _state_id(execution, entered)
    call.doors.nodes.put(own, execution.own_machine_arn)
    trace = _below(call.trace, own, machine)
    return call.within(service=call.service, operation=call.operation, params=call.params, trace=trace)


def tell_left(tx: Tx, call: Call[Any], execution: Execution, left: Sequence[Left]) -> None:
    """Write the spans of states that are over."""
    if left and call.doors.is_tracing:
        _record(tx, call, execution, [_state_span(call, execution, one) for one in left])


def tell_end(tx: Tx, call: Call[Any], execution: Execution) -> None:
    """Write the span of an execution that has ended."""
    if not call.doors.is_tracing:
        return
    caused = _caused(execution) or call.trace
    told: dict[str, Any] = {"execution_arn": execution.arn, "name": execution.name, "status": execution.status}
    if execution.redrives:
        told["redrives"] = execution.redrives
    own = Span(
        *(caused.root, _span_id(execution), caused.cause, execution.account, execution.region, "machine"),
        *(execution.own_machine_arn, execution.called_from),
        *(execution.redriven_at_ms or execution.started_at_ms, call.now_ms),
        _STATUS[execution.status],
        _detail(told, execution.error, execution.cause),
    )
    _record(tx, call, execution, [own])


def _record(tx: Tx, call: Call[Any], execution: Execution, spans: Sequence[Span]) -> None:
    """Of an express execution, which leaves nothing behind, a moment later: it may have nothing else to write."""
    (record.put_later if execution.is_express else record.put)(tx, call, spans)


def _state_span(call: Call[Any], execution: Execution, left: Left) -> Span:
    status: Status = "ok" if left.error is None else "fault"
    arn = execution.own_machine_arn
    told = {"state": left.state, "type": left.type, "attempts": left.attempts, "execution_arn": execution.arn}
    return Span(
        *(call.trace.root, _state_id(execution, left.entered), _span_id(execution)),
        *(execution.account, execution.region, "state", arn, arn),
        *(max(left.entered_at_ms, execution.redriven_at_ms or 0), call.now_ms),
        "error" if left.is_aborted else status,
        _detail({**told, "is_aborted": True} if left.is_aborted else told, left.error, left.cause),
    )


def _detail(told: dict[str, Any], error: str | None, cause: str | None) -> str:
    if error is not None:
        told["error"] = {"code": error, "message": (cause or "")[:_TEXT_MAX]}
    return orjson.dumps(told).decode()


def _caused(execution: Execution) -> TraceContext | None:
    """What caused it; `None` for one of before that was kept."""
    return read_header(execution.caused_by) if execution.caused_by else None


def _below(context: TraceContext, own: str, machine: StateMachine) -> TraceContext:
    if machine.tracing.get("enabled"):
        return context._replace(parent=own, is_sampled=True, at="")
    return context.below(own)


def _span_id(execution: Execution) -> str:
    return span_id(f"{execution.arn}/{execution.redrives}")


def _state_id(execution: Execution, entered: int) -> str:
    return span_id(f"{execution.arn}/{execution.redrives}/{entered}")
