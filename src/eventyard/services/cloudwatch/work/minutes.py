"""What the platform counts of itself: tallies come in each second, and gauges are read at each minute's end.

`take_tallies` is the sink of the engine's observer. Gauges (a queue's depth) are read by one timer exactly when a
minute ends, and belong to that minute; an alarm that looks a second later finds them. The timer runs for six hours
after something was counted, as SQS measures a queue for six hours after it was used, and is then silent, so that an
idle server sleeps; an alarm in ALARM on a service's metric keeps it running, so that the alarm sees its end.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.engine.observing.series import Measured, Series, Tally
from eventyard.engine.registry import Gauges, Timer
from eventyard.services.cloudwatch.model.points import Point, point_of_values
from eventyard.services.cloudwatch.model.series import Metric, Sample
from eventyard.services.cloudwatch.model.tiers import HOUR_S
from eventyard.services.cloudwatch.queries.activity import active_until_s, set_active_until
from eventyard.services.cloudwatch.queries.alarms import has_alarming_gauges
from eventyard.services.cloudwatch.work.recording import record
from eventyard.store.tx import Tx

MINUTE_TIMER: Final = "cloudwatch.minute"
MINUTE_S: Final = 60
ACTIVE_S: Final = 6 * HOUR_S
_SLACK_S: Final = 600
"""So much earlier gauges may end, so that not every second writes a new end."""


def take_tallies(tx: Tx, call: Call[Any], tallies: Sequence[Tally]) -> None:
    """Record what services counted."""
    record(tx, call, (_sample(series, point_of_values(at_s, counts)) for series, at_s, counts in tallies))
    keep_measuring(tx, call)


def keep_measuring(tx: Tx, call: Call[Any]) -> None:
    """Have gauges read for the next six hours."""
    now_s = call.now_ms // 1000
    until_s = active_until_s(tx)
    if until_s >= now_s + ACTIVE_S - _SLACK_S:
        return
    set_active_until(tx, now_s + ACTIVE_S)
    if until_s <= now_s:
        _next_minute(tx, call)


def minute_timer(gauges: Callable[[], Iterable[Gauges]]) -> Timer:
    """The timer that reads those gauges."""

    def read(tx: Tx, call: Call[Any], due: DueRow) -> None:
        ended_at_s = call.now_ms // 1000 // MINUTE_S * MINUTE_S - MINUTE_S
        record(tx, call, (_gauged(one, ended_at_s) for ask in gauges() for one in ask(tx, call)))
        if call.now_ms // 1000 < active_until_s(tx) or has_alarming_gauges(tx):
            _next_minute(tx, call)

    return read


def _next_minute(tx: Tx, call: Call[Any]) -> None:
    minute_ms = MINUTE_S * 1000
    call.later(tx, kind=MINUTE_TIMER, key="", at_ms=call.now_ms - call.now_ms % minute_ms + minute_ms)


def _gauged(measured: Measured, minute_at_s: int) -> Sample:
    return _sample(measured.series, point_of_values(minute_at_s, {float(measured.value): float(measured.times)}))


def _sample(series: Series, point: Point) -> Sample:
    metric = Metric(series.account, series.region, series.namespace, series.name, series.dimensions)
    return Sample(metric, series.unit, MINUTE_S, point)
