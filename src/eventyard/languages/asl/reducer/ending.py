"""How an execution ends: its last event, what is abandoned, and what is kept for a redrive.

An execution that succeeded leaves nothing. One that failed, timed out or was stopped keeps its flows where they stood.
Stopping and running out of time write one event, which follows none. Source: recordings of AWS (2026-09).
"""

from collections.abc import Mapping
from typing import Final

from eventyard.languages.asl.reducer.run import WHOLE, Run
from eventyard.languages.asl.reducer.strand import QUEUE, ROOT, WAITING, Flow
from eventyard.languages.asl.scope import Json
from eventyard.languages.asl.steps import EVENTS_MAX, Ended, ExecutionTimedOut, Stopped

_TIMEOUT: Final = "States.Timeout"
_RUNTIME: Final = "States.Runtime"
_FULL: Final = f"The execution reached the maximum number of history events ({EVENTS_MAX})."


def succeed(run: Run, root: Flow) -> None:
    """The machine's flow is done: its output is the execution's, and nothing is kept."""
    text = run.text(root.input)
    details = {"output": text, "outputDetails": WHOLE}
    run.close(root.last, "ExecutionSucceeded", {"executionSucceededEventDetails": details})
    run.step.ended = Ended("SUCCEEDED", root.input)
    run.frames.leave(root)
    run.drop(root.number)


def fail(run: Run, flow: Flow) -> None:
    """The flow took the execution down; what there is of it stays as it is, since it may be redriven."""
    run.note(flow.last, "ExecutionFailed", {"executionFailedEventDetails": reason(flow.error, flow.cause)})
    _end(run, Ended("FAILED", error=flow.error, cause=flow.cause))


def fail_of_history(run: Run) -> None:
    """No event fits any more but this one."""
    previous = run.strands.numbers.event
    details = reason(_RUNTIME, _FULL)
    run.close(previous, "ExecutionFailed", {"executionFailedEventDetails": details})
    _end(run, Ended("FAILED", error=_RUNTIME, cause=_FULL))


def stop(run: Run, happening: Stopped) -> None:
    """Somebody stops the execution; nothing happens if it has ended."""
    if _is_running(run):
        details = reason(happening.error, happening.cause)
        run.close(0, "ExecutionAborted", {"executionAbortedEventDetails": details})
        _end(run, Ended("ABORTED", error=happening.error, cause=happening.cause))


def time_out(run: Run, happening: ExecutionTimedOut) -> None:
    """`TimeoutSeconds` of the machine is over; nothing happens if the execution has ended."""
    if _is_running(run):
        run.close(0, "ExecutionTimedOut", {"executionTimedOutEventDetails": {"error": _TIMEOUT}})
        _end(run, Ended("TIMED_OUT"))


def reason(error: str | None, cause: str | None) -> Mapping[str, Json]:
    """The members of an event's details that say why; those that there are."""
    told = {"error": error, "cause": cause}
    return {name: text for name, text in told.items() if text is not None}


def _is_running(run: Run) -> bool:
    root = run.flow(ROOT)
    return root is not None and root.phase in WAITING


def _end(run: Run, ended: Ended) -> None:
    root = run.flow(ROOT)
    assert root is not None
    run.drop(QUEUE)
    if root.phase in WAITING:
        _silence(run, root)
    run.step.ended = ended


def _silence(run: Run, flow: Flow) -> None:
    run.abandon_task(flow)
    if (state := run.machine.states.get(flow.state)) is not None:
        run.leave(flow, state, is_aborted=True)
    flow.phase = "aborted"
    if flow.fork:
        for child in run.children(run.fork(flow.fork)):
            if child.phase in WAITING:
                _silence(run, child)
