"""When a state fails: try again, be caught, or take its flow down.

Retriers are asked in their order, each with a count of its own; the first whose errors match decides, and when it has
no tries left the catchers are asked. `States.ALL` and `States.TaskFailed` do not match data over the limit, unless it
was a task's own result. An expression's `States.Runtime` is never caught: it ends the execution from wherever it
happens, without a word from the forks around it.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (2026), and recordings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from eventyard.languages.asl.jsonpath.paths import put
from eventyard.languages.asl.machine import Catcher, Retrier, State
from eventyard.languages.asl.reducer.filtering import Outcome, leave
from eventyard.languages.asl.reducer.kinds import KINDS
from eventyard.languages.asl.reducer.run import Run
from eventyard.languages.asl.reducer.strand import Flow
from eventyard.languages.asl.scope import Json, StatesFailed

_NEVER_CAUGHT: Final = frozenset({"States.Runtime"})
_UNLOCATED: Final = frozenset({"States.DataLimitExceeded"})
_EVALUATION: Final = frozenset({"States.QueryEvaluationError", "States.DataLimitExceeded"})


class ToldAsItIs(StatesFailed):
    """A failure whose cause AWS tells without its place."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a state failed. `is_final` failures match no wildcard; `alias` is another name that matches."""

    error: str | None
    cause: str | None
    is_final: bool = False
    alias: str = ""


def state_failed(run: Run, flow: Flow, state: State, failure: Failure, *, is_of_child: bool = False) -> bool:
    """Have the failed state tried again or caught, which is True, or else its flow fail.

    The failure's own event is written already; `is_of_child` when it was a branch or an iteration that failed.
    """
    is_catchable = failure.error not in _NEVER_CAUGHT
    if is_catchable and _is_tried_again(run, flow, state, failure):
        return True
    before = flow.last
    failed = KINDS[type(state)].failed
    if failed and (is_catchable or is_of_child):
        run.emit(flow, failed, {})
    for catcher in state.catchers if is_catchable else ():
        if _matches(catcher.error_equals, failure):
            return _catch(run, flow, state, catcher, failure, before=before)
    fail_flow(run, flow, failure)
    return False


def expression_failed(run: Run, flow: Flow, state: State, failed: StatesFailed) -> None:
    """An expression of the state, or its data, failed: tell it as AWS does, then as any failure."""
    failure = _evaluation_failed(run, flow, state, failed)
    if failed.error in _NEVER_CAUGHT:
        fail_flow(run, flow, failure)
        flow.is_fatal = True
    else:
        state_failed(run, flow, state, failure)


def _evaluation_failed(run: Run, flow: Flow, state: State, failed: StatesFailed) -> Failure:
    is_located = failed.error not in _UNLOCATED and not isinstance(failed, ToldAsItIs)
    cause = located(flow, state, failed.cause) if is_located else failed.cause
    if state.is_jsonata and failed.error in _EVALUATION:
        details = {"error": failed.error, "cause": cause, "state": state.name}
        if failed.location:
            details["location"] = failed.location
        run.emit(flow, "EvaluationFailed", {"evaluationFailedEventDetails": details})
    return Failure(failed.error, cause, is_final=failed.error == "States.DataLimitExceeded")


def located(flow: Flow, state: State, cause: str | None) -> str:
    """The cause with its place in the history, as AWS begins what it says of an expression."""
    start = f"An error occurred while executing the state '{state.name}' (entered at the event id #{flow.entered})."
    return f"{start} {cause}" if cause else start


def fail_flow(run: Run, flow: Flow, failure: Failure) -> None:
    """The flow ends badly."""
    if (state := run.machine.states.get(flow.state)) is not None:
        run.leave(flow, state, error=failure.error or "", cause=failure.cause)
    flow.phase = "failed"
    flow.error = failure.error
    flow.cause = failure.cause
    run.ended.append(flow)


def failure_output(failure: Failure) -> dict[str, Json]:
    """What a catcher is given: both members, null where nothing was said, but for a time-out's cause, which is empty.

    Source: recordings by localstack/localstack (test_callback and test_task_service_lambda, 2024).
    """
    silent = "" if failure.error == "States.Timeout" else None
    return {"Error": failure.error, "Cause": silent if failure.cause is None else failure.cause}


def _is_tried_again(run: Run, flow: Flow, state: State, failure: Failure) -> bool:
    for number, retrier in enumerate(state.retriers):
        if _matches(retrier.error_equals, failure):
            if len(flow.tries) != len(state.retriers):
                flow.tries = [0] * len(state.retriers)
            if flow.tries[number] >= retrier.attempts_max:
                return False
            delay_ms = _delay_ms(retrier, flow.tries[number], run)
            flow.tries[number] += 1
            flow.tried += 1
            flow.phase = "retry"
            run.ring(flow, "retry", run.at.now_ms + delay_ms)
            return True
    return False


def _delay_ms(retrier: Retrier, tries: int, run: Run) -> int:
    try:
        delay_s = retrier.interval_s * retrier.backoff_rate**tries
    except OverflowError:
        delay_s = float(_DELAY_MAX_S)
    delay_s = min(delay_s, retrier.delay_max_s or _DELAY_MAX_S)
    return int(delay_s * 1000 * (run.at.fraction() if retrier.has_full_jitter else 1))


_DELAY_MAX_S: Final = 31_622_400
"""A longer delay is never seen, since an execution ends within a year."""


def _matches(names: Sequence[str], failure: Failure) -> bool:
    if (failure.error is not None and failure.error in names) or (failure.alias and failure.alias in names):
        return True
    if failure.is_final:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and failure.error != "States.Timeout")


def _catch(run: Run, flow: Flow, state: State, catcher: Catcher, failure: Failure, *, before: int) -> bool:
    error = failure_output(failure)
    try:
        outcome = _caught(run, flow, state, catcher, error)
        leave(run, flow, state, outcome, error=failure.error or "", cause=failure.cause)
    except StatesFailed as failed:
        flow.last = before  # as on AWS: the state fails once more from where it stood before it failed
        again = _evaluation_failed(run, flow, state, failed)
        flow.is_fatal = failed.error in _NEVER_CAUGHT
        if (kind := KINDS[type(state)].failed) and not flow.is_fatal:
            run.emit(flow, kind, {})
        fail_flow(run, flow, again)
        return False
    return True


def _caught(run: Run, flow: Flow, state: State, catcher: Catcher, error: Mapping[str, Json]) -> Outcome:
    if state.is_jsonata:
        scope = run.scope(flow, state, flow.input, error=error)
        output: Json = error if catcher.output is None else catcher.output(scope)
    else:
        scope = run.scope(flow, state, error)
        output = flow.input if catcher.result_path is None else put(flow.input, catcher.result_path, error)
    return Outcome(output, None if catcher.assign is None else catcher.assign(scope), catcher.next)
