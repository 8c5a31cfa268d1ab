"""What is counted of executions and of their tasks, as AWS/States.

A task of a function or of a service is started as soon as it is scheduled, so only an activity has a ScheduleTime.
Differs: of a task that is tried again only the first try's time is counted, and of an activity no ActivityRunTime.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html (names, dimensions, units)
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from eventyard.engine.call import Call
from eventyard.engine.observing.series import Series
from eventyard.languages.asl.machine import Machine, Task
from eventyard.languages.asl.reducer.strand import flow_of
from eventyard.languages.asl.resources import Form, Resource, parse_resource
from eventyard.languages.asl.steps import Event, Happening, Rang, Strands, TaskFailed, TaskSucceeded, TaskTold
from eventyard.services.stepfunctions.model.executions import BILLED_MEMORY_MB, BILLED_STEP_MS, Execution
from eventyard.store.tx import Tx

NAMESPACE: Final = "AWS/States"
_MS: Final = "Milliseconds"
_COUNT: Final = "Count"

_ENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SUCCEEDED": "ExecutionsSucceeded",
        "FAILED": "ExecutionsFailed",
        "ABORTED": "ExecutionsAborted",
        "TIMED_OUT": "ExecutionsTimedOut",
    }
)
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("ExecutionsStarted", *_ENDS.values()), _COUNT),
        "ExecutionTime": _MS,
        "ExpressExecutionBilledDuration": _MS,
        "ExpressExecutionBilledMemory": "Megabytes",
    }
)
_FORMS: Final[Mapping[Form, tuple[str, str, str]]] = MappingProxyType(
    {
        "function": ("LambdaFunction", "LambdaFunctions", "LambdaFunctionArn"),
        "activity": ("Activity", "Activities", "ActivityArn"),
        "service": ("ServiceIntegration", "ServiceIntegrations", "ServiceIntegrationResourceArn"),
    }
)
"""By the form of a task's resource: what its times and its counts begin with, and its dimension."""
_PREFIXES: Final = ("LambdaFunction", "Activity", "Task")
_ENDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Succeeded": "Succeeded",
        "Failed": "Failed",
        "TimedOut": "TimedOut",
        "StartFailed": "Failed",
        "SubmitFailed": "Failed",
        "ScheduleFailed": "Failed",
    }
)
_TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ActivityStarted": "Started",
        **{prefix + ending: told for prefix in _PREFIXES for ending, told in _ENDINGS.items()},
    }
)
"""By the type of an event: how the count ends."""


class Doing(NamedTuple):
    """The task that a happening is about: `entered_at_ms` is of its state, `tried` how often that was tried before."""

    resource: Resource
    entered_at_ms: int
    tried: int


def count_start(tx: Tx, call: Call[Any], execution: Execution) -> None:
    """Count an execution that begins."""
    if call.doors.is_metering:
        _count_execution(tx, call, execution, {"ExecutionsStarted": 1})


def count_end(tx: Tx, call: Call[Any], execution: Execution) -> None:
    """Count an execution that has ended."""
    if not call.doors.is_metering:
        return
    took_ms = call.now_ms - execution.started_at_ms
    counted: dict[str, float] = {_ENDS[execution.status]: 1, "ExecutionTime": took_ms}
    if execution.is_express:
        counted["ExpressExecutionBilledDuration"] = -(-max(1, took_ms) // BILLED_STEP_MS) * BILLED_STEP_MS
        counted["ExpressExecutionBilledMemory"] = BILLED_MEMORY_MB
    _count_execution(tx, call, execution, counted)


def task_of(machine: Machine, strands: Strands, happening: Happening) -> Doing | None:
    """The task that a happening may end, or that a worker begins, before it is stepped; `None` of any other."""
    match happening:
        case TaskTold(what="submitted" | "heartbeat"):
            return None
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


def count_begun(tx: Tx, call: Call[Any], resource_text: str) -> None:
    """Count a task that is scheduled, and started unless a worker has to ask for it."""
    if not call.doors.is_metering:
        return
    resource = parse_resource(resource_text)
    of = _of_task(tx, call, resource)
    call.measure(tx, of["Scheduled"], 1)
    if resource.form != "activity":
        call.measure(tx, of["Started"], 1)


def count_told(tx: Tx, call: Call[Any], doing: Doing, events: Sequence[Event]) -> None:
    """Count what a step says of the task that its happening was about."""
    event = next((event for event in events if event.type in _TOLD), None)
    if event is None:
        return
    how, of = _TOLD[event.type], _of_task(tx, call, doing.resource)
    call.measure(tx, of[how], 1)
    took_ms = event.at_ms - doing.entered_at_ms
    names = ("ScheduleTime",) if how == "Started" else ("Time", "RunTime")
    for name in names if not doing.tried else ():
        if name in of:
            call.measure(tx, of[name], took_ms)


def _of_task(tx: Tx, call: Call[Any], resource: Resource) -> Mapping[str, Series]:
    """The series of tasks of the resource, by how their names end."""
    account, region = call.account, call.region

    def made() -> Mapping[str, Series]:
        time, many, dimension = _FORMS[resource.form]
        is_activity = resource.form == "activity"
        times = ("Time", "ScheduleTime") if is_activity else ("Time", "RunTime")
        dimensions = ((dimension, resource.arn),)
        counts = ("Scheduled", "Started", "Succeeded", "Failed", "TimedOut")
        return {
            **{end: Series(account, region, NAMESPACE, many + end, _COUNT, dimensions) for end in counts},
            **{end: Series(account, region, NAMESPACE, time + end, _MS, dimensions) for end in times},
        }

    return tx.lasting("states.task_series", (account, region, resource.arn), made, weight=8)


def _count_execution(tx: Tx, call: Call[Any], execution: Execution, counted: Mapping[str, float]) -> None:
    def made() -> Sequence[Mapping[str, Series]]:
        account, region = execution.account, execution.region
        return [
            {name: Series(account, region, NAMESPACE, name, unit, each) for name, unit in _UNITS.items()}
            for each in _dimensions(execution)
        ]

    key = (execution.own_machine_arn, execution.alias_arn, execution.version_arn)
    for of in tx.lasting("states.series", key, made, weight=8):
        for name, value in counted.items():
            call.measure(tx, of[name], value)


def _dimensions(execution: Execution) -> list[tuple[tuple[str, str], ...]]:
    machine = ("StateMachineArn", execution.own_machine_arn)
    found: list[tuple[tuple[str, str], ...]] = [(machine,)]
    if execution.alias_arn is not None:
        found.append((("Alias", execution.alias_arn.rpartition(":")[2]), machine))
    if execution.version_arn is not None:
        found.append((machine, ("Version", execution.version_arn.rpartition(":")[2])))
    return found
