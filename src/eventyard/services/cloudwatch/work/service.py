"""CloudWatch as the registry takes it."""

from collections.abc import Callable, Iterable

from eventyard.engine.observing.series import SINK
from eventyard.engine.registry import Gauges, Service
from eventyard.services.cloudwatch.operations.table import OPERATIONS
from eventyard.services.cloudwatch.work import alarms, minutes, settling


def cloudwatch_service(gauges: Callable[[], Iterable[Gauges]]) -> Service:
    """The service with all that it brings along; `gauges` are those of all services in use."""
    return Service(
        name="cloudwatch",
        operations=OPERATIONS,
        timers={
            settling.SETTLING_TIMER: settling.settle,
            minutes.MINUTE_TIMER: minutes.minute_timer(gauges),
            **alarms.TIMERS,
        },
        sinks={SINK: minutes.take_tallies},
    )
