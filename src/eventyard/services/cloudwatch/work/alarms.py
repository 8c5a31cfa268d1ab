"""What is to come of alarms, by the kinds of due rows; `service.py` takes it up."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Timer
from eventyard.services.cloudwatch.work import alarms_changing, alarms_evaluating, alarms_telling

TIMERS: Mapping[str, Timer] = MappingProxyType(
    {
        alarms_evaluating.EVALUATION_TIMER: alarms_evaluating.evaluate_when_due,
        alarms_changing.SUPPRESSION_TIMER: alarms_changing.let_go_when_due,
        alarms_telling.HISTORY_TIMER: alarms_telling.forget,
    }
)
