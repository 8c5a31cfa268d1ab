"""The operations on alarms, by the names of the service model; `table.py` takes them up."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.cloudwatch.operations import alarms, alarms_describing, alarms_history

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "DeleteAlarms": alarms.delete_alarms,
        "DescribeAlarmContributors": alarms_describing.describe_alarm_contributors,
        "DescribeAlarmHistory": alarms_history.describe_alarm_history,
        "DescribeAlarms": alarms_describing.describe_alarms,
        "DescribeAlarmsForMetric": alarms_describing.describe_alarms_for_metric,
        "DisableAlarmActions": alarms.disable_alarm_actions,
        "EnableAlarmActions": alarms.enable_alarm_actions,
        "PutCompositeAlarm": alarms.put_composite_alarm,
        "PutMetricAlarm": alarms.put_metric_alarm,
        "SetAlarmState": alarms.set_alarm_state,
    }
)
