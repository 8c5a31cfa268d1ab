"""An alarm: what it was told to watch, and the state it is in.

    INSUFFICIENT_DATA ◄──► OK ◄──► ALARM ◄──► INSUFFICIENT_DATA

A metric alarm goes where the evaluation of its data leads it (`alarms_evaluation.py`), a composite one where its rule
does; both where SetAlarmState puts them. `settings` are the parameters of the request that put the alarm, as AWS names
them, with what AWS fills in; so what is shown is what was given. Lasting differences between the two kinds stand here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

OK: Final = "OK"
ALARM: Final = "ALARM"
INSUFFICIENT_DATA: Final = "INSUFFICIENT_DATA"

METRIC: Final = "MetricAlarm"
COMPOSITE: Final = "CompositeAlarm"

INITIAL_REASON: Final = "Unchecked: Initial alarm creation"
ACTIONS_OF: Final[Mapping[str, str]] = {
    OK: "OKActions",
    ALARM: "AlarmActions",
    INSUFFICIENT_DATA: "InsufficientDataActions",
}

_ALARM_PART: Final = "alarm:"


@dataclass(frozen=True, slots=True)
class State:
    """`data` is JSON text or `None`. `updated_at_ms` is when the state was last said, `transitioned_at_ms` changed.

    `suppressed_by` is what keeps a composite alarm's actions back: WaitPeriod, ExtensionPeriod, Alarm, or empty.
    """

    value: str
    reason: str
    data: str | None
    updated_at_ms: int
    transitioned_at_ms: int
    suppressed_by: str = ""

    @property
    def suppressed_reason(self) -> str:
        """In AWS's words; empty where nothing is kept back."""
        return f"Actions suppressed by {self.suppressed_by}" if self.suppressed_by else ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """`kind` is MetricAlarm or CompositeAlarm; `configured_at_ms` when it was last put, enabled or disabled."""

    account: str
    region: str
    name: str
    kind: str
    settings: Mapping[str, Any]
    configured_at_ms: int
    state: State

    @property
    def arn(self) -> str:
        return alarm_arn(self.name, account=self.account, region=self.region)

    @property
    def is_metric(self) -> bool:
        return self.kind == METRIC

    @property
    def acts(self) -> bool:
        """Whether its actions are enabled."""
        return bool(self.settings["ActionsEnabled"])

    def actions(self) -> list[str]:
        """The ARNs of what it does in the state it is in."""
        return list(self.settings[ACTIONS_OF[self.state.value]])

    def all_actions(self) -> list[str]:
        """The ARNs of what it does in any state."""
        return [arn for name in ACTIONS_OF.values() for arn in self.settings[name]]


def alarm_arn(name: str, *, account: str, region: str) -> str:
    """The ARN of an alarm."""
    return f"arn:aws:cloudwatch:{region}:{account}:{_ALARM_PART}{name}"


def alarm_name(reference: str) -> str:
    """The name in an alarm's ARN; a reference that is no ARN is the name."""
    parts = reference.split(":", 5)
    is_arn = len(parts) == 6 and parts[0] == "arn" and parts[2] == "cloudwatch" and parts[5].startswith(_ALARM_PART)
    return parts[5].removeprefix(_ALARM_PART) if is_arn else reference


def initial_state(now_ms: int) -> State:
    """The state of an alarm that has just been put."""
    return State(INSUFFICIENT_DATA, INITIAL_REASON, None, now_ms, now_ms)


def shown(alarm: Alarm) -> dict[str, Any]:
    """As DescribeAlarms shows it: what was not given is not there, nor an empty reason once the alarm is put anew.

    Source: recorded by localstack/localstack, 2023-09 and 2024-01 (metric alarms); captures of AWS of 2026-09
    (radkawar/stackd, alarm_controls.json).
    """
    state = alarm.state
    told: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured_at_ms,
        **alarm.settings,
        "StateValue": state.value,
        "StateReason": state.reason,
        "StateUpdatedTimestamp": state.updated_at_ms,
        "StateTransitionedTimestamp": state.transitioned_at_ms,
    }
    if not state.reason and alarm.configured_at_ms > state.updated_at_ms:
        del told["StateReason"]
    if state.data is not None:
        told["StateReasonData"] = state.data
    if state.suppressed_by:
        told["ActionsSuppressedBy"] = state.suppressed_by
        told["ActionsSuppressedReason"] = state.suppressed_reason
    return told


def shown_as_child(alarm: Alarm) -> dict[str, Any]:
    """What DescribeAlarms tells of an alarm that was asked for by its parent. Source: the model's documentation."""
    state = alarm.state
    return {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        "StateValue": state.value,
        "StateUpdatedTimestamp": state.updated_at_ms,
    }


def shown_as_parent(alarm: Alarm) -> dict[str, Any]:
    """What DescribeAlarms tells of an alarm that was asked for by its child. Source: the model's documentation."""
    return {"AlarmName": alarm.name, "AlarmArn": alarm.arn}
