"""What is counted of executions and of their tasks, as AWS/States.

Differs: of a task that is tried again only the first try's time is counted, and of an activity no ActivityRunTime.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html (names, dimensions, units)
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from eventyard.engine.call import Call
from eventyard.engine.observing.series import Series
from eventyard.languages.asl.machine import Machine, Task
from eventyard.languages.asl.reducer.strand import flow_of
from eventyard.languages.asl.resources import Form, Resource, parse_resource
from eventyard.languages.asl.steps import (
    BeginTask,
    Command,
    Event,
    Happening,
    Rang,
    Strands,
    TaskFailed,
    TaskSucceeded,
    TaskTold,
)
from eventyard.services.stepfunctions.model.executions import BILLED_MEMORY_MB, BILLED_STEP_MS, Execution
from eventyard.store.tx import Tx

NAMESPACE: Final = "AWS/States"

_ENDS: Final[Mapping[str, str]] = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "ABORTED": "ExecutionsAborted",
    "TIMED_OUT": "ExecutionsTimedOut",
}
_FORMS: Final[Mapping[Form, tuple[str, str, str]]] = {
    "function": ("LambdaFunction", "LambdaFunctions", "LambdaFunctionArn"),
    "activity": ("Activity", "Activities", "ActivityArn"),
    "service": ("ServiceIntegration", "ServiceIntegrations", "ServiceIntegrationResourceArn"),
}
"""By the form of a task's resource: what its times and its counts begin with, and its dimension."""
_TOLD: Final[Mapping[str, str]] = {
    "LambdaFunctionStarted": "Started",
    "LambdaFunctionSucceeded": "Succeeded",
    "LambdaFunctionFailed": "Failed",
    "LambdaFunctionTimedOut": "TimedOut",
    "LambdaFunctionStartFailed": "Failed",
    "ActivityStarted": "Started",
    "ActivitySucceeded": "Succeeded",
    "ActivityFailed": "Failed",
    "ActivityTimedOut": "TimedOut",
    "ActivityScheduleFailed": "Failed",
    "TaskStarted": "Started",
    "TaskSucceeded": "Succeeded",
    "TaskFailed": "Failed",
    "TaskTimedOut": "TimedOut",
    "TaskStartFailed": "Failed",
    "TaskSubmitFailed": "Failed",
}
"""By the type of an event: how the count ends."""


class Doing(NamedTuple):
    """The task that a happening is about: `entered_at_ms` is of its state, `tried` how often that was tried before."""

    resource: Resource
    entered_at_ms: int
    tried: int


def count_start(tx: Tx, call: Call[Any], execution: Execution) -> None:
    """Count an execution that begins."""
    if call.doors.is_metering:
        _count_execution(tx, call, execution, "ExecutionsStarted")


def count_end(tx: Tx, call: Call[Any], execution: Execution) -> None:
    """Count an execution that has ended."""
    if not call.doors.is_metering:
        return
    took_ms = call.now_ms - execution.started_at_ms
    _count_execution(tx, call, execution, _ENDS[execution.status])
    _count_execution(tx, call, execution, "ExecutionTime", took_ms, unit="Milliseconds")
    if execution.is_express:
        billed_ms = -(-max(1, took_ms) // BILLED_STEP_MS) * BILLED_STEP_MS
        _count_execution(tx, call, execution, "ExpressExecutionBilledDuration", billed_ms, unit="Milliseconds")
        _count_execution(tx, call, execution, "ExpressExecutionBilledMemory", BILLED_MEMORY_MB, unit="Megabytes")


def task_of(machine: Machine, strands: Strands, happening: Happening) -> Doing | None:
    """The task that a happening is about, before it is stepped; `None` where it is about no task."""
    match happening:
        case TaskTold(task=task) | TaskSucceeded(task=task) | TaskFailed(task=task):
            strand = flow_of(task)
        case Rang(strand=strand):
            pass
        case _:
            return None
    value = strands.get(strand)
    state = None if value is None else machine.states.get(value["state"])
    if value is None or not isinstance(state, Task):
        return None
    return Doing(parse_resource(state.resource), value.get("entered_at_ms", 0), value.get("tried", 0))


def count_tasks(
    tx: Tx, call: Call[Any], doing: Doing | None, *, events: Sequence[Event], commands: Iterable[Command]
) -> None:
    """Count what a step says of tasks: those that it begins, and the one that its happening was about."""
    for command in commands:
        if isinstance(command, BeginTask):
            _count_task(tx, call, parse_resource(command.resource), "Scheduled")
    for event in events if doing is not None else ():
        how = _TOLD.get(event.type)
        if doing is None or how is None:
            continue
        _count_task(tx, call, doing.resource, how)
        if not doing.tried:
            _count_time(tx, call, doing, how, event.at_ms - doing.entered_at_ms)


def _count_time(tx: Tx, call: Call[Any], doing: Doing, how: str, took_ms: int) -> None:
    time, _, dimension = _FORMS[doing.resource.form]
    is_activity = doing.resource.form == "activity"
    names = [f"{time}ScheduleTime"] if how == "Started" else [f"{time}Time"]
    if how != "Started" and not is_activity:
        names.append(f"{time}RunTime")
    dimensions = ((dimension, doing.resource.arn),)
    for name in names:
        call.measure(tx, _of_task(tx, call, dimensions, name, "Milliseconds"), took_ms)


def _count_task(tx: Tx, call: Call[Any], resource: Resource, how: str) -> None:
    _, many, dimension = _FORMS[resource.form]
    dimensions = ((dimension, resource.arn),)
    call.measure(tx, _of_task(tx, call, dimensions, f"{many}{how}", "Count"), 1)


def _of_task(tx: Tx, call: Call[Any], dimensions: tuple[tuple[str, str], ...], name: str, unit: str) -> Series:
    account, region = call.account, call.region

    def made() -> Series:
        return Series(account, region, NAMESPACE, name, unit, dimensions)

    return tx.lasting("states.series", (account, region, dimensions, name), made, weight=1)


def _count_execution(
    tx: Tx, call: Call[Any], execution: Execution, name: str, value: float = 1, *, unit: str = "Count"
) -> None:
    machine = ("StateMachineArn", execution.own_machine_arn)
    of: list[tuple[tuple[str, str], ...]] = [(machine,)]
    if execution.alias_arn is not None:
        of.append((("Alias", _qualifier(execution.alias_arn)), machine))
    if execution.version_arn is not None:
        of.append((machine, ("Version", _qualifier(execution.version_arn))))
    for dimensions in of:
        call.measure(tx, Series(execution.account, execution.region, NAMESPACE, name, unit, dimensions), value)


def _qualifier(arn: str) -> str:
    return arn.rpartition(":")[2]
