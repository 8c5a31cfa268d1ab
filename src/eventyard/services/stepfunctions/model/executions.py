"""An execution: what is kept of it, what AWS shows of it, and whether it can be redriven.

    RUNNING ─► SUCCEEDED | FAILED | TIMED_OUT | ABORTED ─(RedriveExecution, not after SUCCEEDED)─► RUNNING

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html (the members, the
reasons why an execution cannot be redriven); DescribeExecution, ListExecutions and StartSyncExecution recorded by
localstack/localstack (test_sfn_api*.snapshot.json, 2024-06 and 2024-07: which members are there, and the reason's words
without the full stop that the reference has).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from eventyard.languages.asl.steps import EVENTS_MAX, About, Ended

Status: TypeAlias = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]
RUNNING: Final = "RUNNING"
SUCCEEDED: Final = "SUCCEEDED"
ABORTED: Final = "ABORTED"
PENDING_REDRIVE: Final = "PENDING_REDRIVE"

DAY_MS = 86_400_000
RETENTION_MS = 90 * DAY_MS
"""How long a closed execution is kept, and its name is taken.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

REDRIVE_WINDOW_MS = 14 * DAY_MS
"""After the end. Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html"""

DURATION_MAX_S = 31_536_000
"""Of a standard execution: a year. Source: the quotas, as above."""

EXPRESS_DURATION_MAX_S = 300
"""Source: the same."""

REDRIVE_TOKEN_MS = 15 * 60_000
"""How long a client token of RedriveExecution is known. Source: RedriveExecution's reference."""

BILLED_STEP_MS = 100
BILLED_MEMORY_MB = 64
"""What the smallest express execution is billed. Source: recorded (StartSyncExecution)."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The execution whose task waits for this one, and how much of it the task wants (`sync`, `sync:2`)."""

    execution_arn: str
    task: int
    pattern: str


@dataclass(frozen=True, slots=True)
class Child:
    """What makes an execution a child of a map run: `item` is `{"Index": …, "Value": …}`, `items` how many it has."""

    map_run_arn: str
    label: str
    item: Mapping[str, Any]
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """An execution as it stands.

    `id` is ours; `seq` counts executions in the order in which they were written down, 0 before that. `machine_arn`
    ends in `/LABEL` for the child of a map run. `revision` names the definition with which it began. `input` and
    `output` are JSON texts. `is_awaited` says that somebody waits for the end of an express execution, which is then
    kept until he has heard of it. `caused_by` is the trace header of what started it, `called_from` where that was:
    an ARN, empty for a client.
    """

    id: str
    arn: str
    account: str
    region: str
    machine_arn: str
    name: str
    is_express: bool
    revision: str
    status: Status
    started_at_ms: int
    input: str
    version_arn: str | None = None
    alias_arn: str | None = None
    stopped_at_ms: int | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    trace_header: str | None = None
    redrives: int = 0
    redriven_at_ms: int | None = None
    parent: Parent | None = None
    child: Child | None = None
    is_awaited: bool = False
    seq: int = 0
    caused_by: str = ""
    called_from: str = ""

    @property
    def is_running(self) -> bool:
        return self.status == RUNNING

    @property
    def own_machine_arn(self) -> str:
        """The ARN of the machine itself, without a label."""
        return self.machine_arn.partition("/")[0]

    @property
    def channel(self) -> str:
        """What those who wait for its end are parked on."""
        return f"stepfunctions.ended/{self.id}"

    def about(self, role_arn: str) -> About:
        """What the context object says of it."""
        return About(
            execution_arn=self.arn,
            name=self.name,
            role_arn=role_arn,
            machine_arn=self.machine_arn,
            machine_name=self.machine_arn.rpartition(":")[2],
            input_text=self.input,
            start_at_ms=self.started_at_ms,
            redrive_count=None if self.is_awaited else self.redrives,
            redrive_at_ms=self.redriven_at_ms,
            is_express=self.is_express,
            item=None if self.child is None else self.child.item,
        )

    def redriven(self, *, now_ms: int) -> "Execution":
        """The execution as it goes on after its end."""
        return replace(
            self,
            status=RUNNING,
            stopped_at_ms=None,
            output=None,
            error=None,
            cause=None,
            redrives=self.redrives + 1,
            redriven_at_ms=now_ms,
        )

    def started(self) -> dict[str, Any]:
        """As StartExecution answers."""
        return {"executionArn": self.arn, "startDate": self.started_at_ms}

    def listed(self, *, by_map_run: bool = False) -> dict[str, Any]:
        """As ListExecutions shows it; what belongs to a map run only where that was asked for."""
        shown: dict[str, Any] = {
            "executionArn": self.arn,
            "stateMachineArn": self.machine_arn,
            "name": self.name,
            "status": self.status,
            "startDate": self.started_at_ms,
            "redriveCount": self.redrives,
            "stopDate": self.stopped_at_ms,
            "redriveDate": self.redriven_at_ms,
            "stateMachineVersionArn": self.version_arn,
            "stateMachineAliasArn": self.alias_arn,
        }
        if by_map_run and self.child is not None:
            shown |= {"mapRunArn": self.child.map_run_arn, "itemCount": self.child.items}
        return _present(shown)

    def described(self, obstacle: str | None, *, has_data: bool) -> dict[str, Any]:
        """As DescribeExecution shows it; `obstacle` is the reason why it cannot be redriven."""
        shown = {
            **self.listed(by_map_run=True),
            "redriveStatus": self._redrive_status(obstacle),
            "redriveStatusReason": obstacle,
            "traceHeader": self.trace_header,
            "inputDetails": {"included": has_data},
            "input": self.input if has_data else None,
        }
        shown.pop("itemCount", None)
        return _present({**shown, **self._ending(has_data=has_data)})

    def answered(self, *, has_data: bool) -> dict[str, Any]:
        """As StartSyncExecution answers."""
        assert self.stopped_at_ms is not None, "it has ended"
        duration_ms = max(1, self.stopped_at_ms - self.started_at_ms)
        shown: dict[str, Any] = {
            "executionArn": self.arn,
            "stateMachineArn": self.machine_arn,
            "name": self.name,
            "status": self.status,
            "startDate": self.started_at_ms,
            "stopDate": self.stopped_at_ms,
            "traceHeader": self.trace_header,
            "inputDetails": {"included": has_data},
            "input": self.input if has_data else None,
            "billingDetails": {
                "billedDurationInMilliseconds": -(-duration_ms // BILLED_STEP_MS) * BILLED_STEP_MS,
                "billedMemoryUsedInMB": BILLED_MEMORY_MB,
            },
            **self._ending(has_data=has_data),
        }
        return _present({**shown, "outputDetails": {"included": has_data}})

    def _ending(self, *, has_data: bool) -> dict[str, Any]:
        if self.output is None:
            return {"error": self.error, "cause": self.cause}
        return {"output": self.output if has_data else None, "outputDetails": {"included": has_data}}

    def _redrive_status(self, obstacle: str | None) -> str:
        if self.child is not None and self.status not in (RUNNING, SUCCEEDED):
            return "REDRIVABLE_BY_MAP_RUN"
        return "REDRIVABLE" if obstacle is None else "NOT_REDRIVABLE"


def obstacle_to_redrive(execution: Execution, *, last_event: int, is_deleting: bool, now_ms: int) -> str | None:
    """Why the execution cannot be redriven, in AWS's words, or `None`.

    The words of SUCCEEDED are recorded, the others follow the reference. ExecutionRedriven and one more event have to
    fit into the history.
    """
    if execution.status in (RUNNING, SUCCEEDED):
        return f"Execution is {execution.status} and cannot be redriven"
    if is_deleting:
        return "State machine is in DELETING status"
    if last_event >= EVENTS_MAX - 1:
        return "Execution history event limit exceeded"
    if now_ms >= execution.started_at_ms + 1000 * DURATION_MAX_S:
        return "Execution has exceeded the max execution time"
    if execution.stopped_at_ms is not None and now_ms > execution.stopped_at_ms + REDRIVE_WINDOW_MS:
        return "Execution redrivable period exceeded"
    return None


def ending(ended: Ended, output: str | None) -> Mapping[str, Any]:
    """What an end changes of an execution; `output` is the output's text where it succeeded."""
    return {"status": ended.status, "output": output, "error": ended.error, "cause": ended.cause}


def _present(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if value is not None}
