"""CloudWatch as the registry takes it."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Service, Timer
from eventyard.services.cloudwatch.operations.table import OPERATIONS
from eventyard.services.cloudwatch.work import alarms, settling

TIMERS: Mapping[str, Timer] = MappingProxyType({settling.SETTLING_TIMER: settling.settle, **alarms.TIMERS})


def cloudwatch_service() -> Service:
    """The service with all that it brings along."""
    return Service(name="cloudwatch", operations=OPERATIONS, timers=TIMERS)
