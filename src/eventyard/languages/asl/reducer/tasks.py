"""A Task from its schedule to its end: the events that its form of resource has, its rings, its failures.

begin ─► Scheduled ─ told started ─► Started ─ told submitted ─► Submitted ─┬─ succeeded ─► Succeeded, state exits
                                                                           ├─ failed ────► Failed ─► retry, catch
                                                                           └─ rang ──────► TimedOut ─► the same
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eventyard.languages.asl.machine import Task
from eventyard.languages.asl.reducer.computed import seconds_of_task
from eventyard.languages.asl.reducer.failing import Failure, state_failed
from eventyard.languages.asl.reducer.filtering import arguments, effective_input, leave, outcome_of_result, too_much
from eventyard.languages.asl.reducer.run import WHOLE, Run
from eventyard.languages.asl.reducer.strand import Flow
from eventyard.languages.asl.reducer.texts import exceeds_limit
from eventyard.languages.asl.resources import Resource, parse_resource
from eventyard.languages.asl.scope import Json, StatesFailed
from eventyard.languages.asl.steps import BeginTask, TaskFailed, TaskSucceeded, TaskTold

_EVENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "function": {
        "started": "LambdaFunctionStarted",
        "succeeded": "LambdaFunctionSucceeded",
        "failed": "LambdaFunctionFailed",
        "timed_out": "LambdaFunctionTimedOut",
        "start_failed": "LambdaFunctionStartFailed",
        "submit_failed": "LambdaFunctionFailed",
    },
    "activity": {
        "started": "ActivityStarted",
        "succeeded": "ActivitySucceeded",
        "failed": "ActivityFailed",
        "timed_out": "ActivityTimedOut",
        "start_failed": "ActivityScheduleFailed",
        "submit_failed": "ActivityFailed",
    },
    "service": {
        "started": "TaskStarted",
        "submitted": "TaskSubmitted",
        "succeeded": "TaskSucceeded",
        "failed": "TaskFailed",
        "timed_out": "TaskTimedOut",
        "start_failed": "TaskStartFailed",
        "submit_failed": "TaskSubmitFailed",
    },
}


@dataclass(frozen=True, slots=True)
class _Work:
    """What a task is to do, once everything about it is computed."""

    parameters: Json
    timeout_s: int | None
    heartbeat_s: int | None
    credentials: Json


def begin_task(run: Run, flow: Flow, state: Task) -> None:
    """Schedule the state's task, for the first time or once more. Raises StatesFailed."""
    resource = parse_resource(state.resource)
    if resource.waits_for_token:
        flow.token = run.at.new_token()
    work = _work(run, flow, state)
    if (cause := run.at.refused(state.resource, work.parameters)) is not None:
        raise StatesFailed("States.Runtime", cause)
    scheduled = _schedule(run, flow, resource, work)
    task = run.new_task(flow)
    flow.phase = "task"
    flow.timeout_s, flow.heartbeat_s = work.timeout_s, work.heartbeat_s
    _watch(run, flow, is_heard=resource.form != "activity")
    run.step.commands.append(
        BeginTask(
            strand=flow.number,
            task=task,
            state=state.name,
            resource=state.resource,
            parameters=work.parameters,
            token=flow.token,
            timeout_s=work.timeout_s,
            heartbeat_s=work.heartbeat_s,
            attempt=flow.tried + 1,
            event_id=scheduled,
            credentials=work.credentials,
            entered=flow.entered,
        )
    )


def _watch(run: Run, flow: Flow, *, is_heard: bool, is_started: bool = True) -> None:
    """Ring when the task takes too long from now on, or when nothing is heard of it."""
    if flow.timeout_s is not None and is_started:
        run.ring(flow, "timeout", run.at.now_ms + flow.timeout_s * 1000)
    if flow.heartbeat_s is not None and is_heard:
        run.ring(flow, "heartbeat", run.at.now_ms + flow.heartbeat_s * 1000)


def _work(run: Run, flow: Flow, state: Task) -> _Work:
    effective = effective_input(run, flow, state)
    return _Work(
        parameters=arguments(run, flow, state, effective),
        timeout_s=seconds_of_task(run, flow, state, effective, given=state.timeout_s, field="TimeoutSeconds"),
        heartbeat_s=seconds_of_task(run, flow, state, effective, given=state.heartbeat_s, field="HeartbeatSeconds"),
        credentials=None if state.credentials is None else state.credentials(run.scope(flow, state, effective)),
    )


def _schedule(run: Run, flow: Flow, resource: Resource, work: _Work) -> int:
    details: dict[str, Json]
    text = run.text(work.parameters)
    if resource.form == "service":
        region = resource.region or run.about.execution_arn.split(":")[3]
        details = {"parameters": text, "region": region}
        details |= {"resource": resource.action, "resourceType": resource.service}
    else:
        details = {"input": text, "inputDetails": WHOLE, "resource": resource.arn}
    if work.timeout_s is not None:
        details["timeoutInSeconds"] = work.timeout_s
    if work.heartbeat_s is not None and resource.form != "function":
        details["heartbeatInSeconds"] = work.heartbeat_s
    if work.credentials is not None:
        details["taskCredentials"] = {"roleArn": work.credentials.get("RoleArn")}
    kind, member = _SCHEDULED[resource.form]
    return run.emit(flow, kind, {member: details})


_SCHEDULED: Final[Mapping[str, tuple[str, str]]] = {
    "function": ("LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails"),
    "activity": ("ActivityScheduled", "activityScheduledEventDetails"),
    "service": ("TaskScheduled", "taskScheduledEventDetails"),
}


_ALWAYS_DETAILED: Final = "ActivityStarted"
"""Has its member even where the worker has no name. Recorded by localstack/localstack, 2024-03-17."""


def _tell(run: Run, flow: Flow, resource: Resource, what: str, details: dict[str, Json]) -> None:
    kind = _EVENTS[resource.form][what]
    if resource.form == "service":
        details |= {"resource": resource.action, "resourceType": resource.service}
    member = f"{kind[0].lower()}{kind[1:]}EventDetails"
    run.emit(flow, kind, {member: details} if details or kind == _ALWAYS_DETAILED else {})


def task_told(run: Run, flow: Flow, state: Task, happening: TaskTold) -> None:
    """Something is heard of a task that goes on, or that could not begin."""
    resource = parse_resource(state.resource)
    if happening.what in ("start_failed", "submit_failed"):
        _end_badly(run, flow, state, happening.what, Failure(happening.error, happening.cause))
        return
    if happening.what == "started":
        _tell(run, flow, resource, "started", {"workerName": happening.worker} if happening.worker else {})
    elif happening.what == "submitted" and resource.form == "service":
        text = run.text(happening.output)
        _tell(run, flow, resource, "submitted", {"output": text, "outputDetails": WHOLE})
    _watch(run, flow, is_heard=True, is_started=happening.what == "started")


def task_succeeded(run: Run, flow: Flow, state: Task, happening: TaskSucceeded) -> None:
    """A task's result has come: the state goes on with it."""
    resource = parse_resource(state.resource)
    if happening.output_text is not None:
        run.keep_text(happening.output, happening.output_text)
    text = run.text(happening.output) if happening.output_text is None else happening.output_text
    if exceeds_limit(text):
        name = resource.service if resource.form == "service" else resource.arn
        _end_badly(run, flow, state, "failed", Failure("States.DataLimitExceeded", too_much(name)))
        return
    flow.task = 0
    run.cancel_rings(flow)
    _tell(run, flow, resource, "succeeded", {"output": text, "outputDetails": WHOLE})
    leave(run, flow, state, outcome_of_result(run, flow, state, happening.output))


def task_failed(run: Run, flow: Flow, state: Task, happening: TaskFailed) -> None:
    """A task has failed: its state is tried again, caught, or fails."""
    what = "timed_out" if happening.is_timeout else "failed"
    _end_badly(run, flow, state, what, Failure(happening.error, happening.cause))


def task_timed_out(run: Run, flow: Flow, state: Task) -> None:
    """`TimeoutSeconds` is over: nobody waits for the task any more."""
    run.abandon_task(flow)
    _end_badly(run, flow, state, "timed_out", Failure("States.Timeout", None))


def task_fell_silent(run: Run, flow: Flow, state: Task) -> None:
    """`HeartbeatSeconds` passed without a heartbeat. The history says `States.Timeout`, a retrier may say either."""
    run.abandon_task(flow)
    _end_badly(run, flow, state, "timed_out", Failure("States.Timeout", None, alias="States.HeartbeatTimeout"))


def _end_badly(run: Run, flow: Flow, state: Task, what: str, failure: Failure) -> None:
    run.cancel_rings(flow)
    flow.task = 0
    details = {}
    if failure.error is not None:
        details["error"] = failure.error
    if failure.cause is not None:
        details["cause"] = failure.cause
    _tell(run, flow, parse_resource(state.resource), what, details)
    state_failed(run, flow, state, failure)
