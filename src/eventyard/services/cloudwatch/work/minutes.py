"""What the platform counts of itself: tallies come in each second, and gauges are read at each minute's end.

`take_tallies` is the sink of the engine's observer. Gauges (a queue's depth) are read by one timer exactly when a
minute ends, and belong to that minute; an alarm that looks a second later finds them. The timer runs for six hours
after something was counted, as SQS measures a queue for six hours after it was used, and is then silent, so that an
idle server sleeps; an alarm in ALARM on a service's metric keeps it running, so that the alarm sees its end. Where
nothing was counted for two minutes and no alarm looks, it runs each hour only: a year under a virtual clock is not made
of minutes.

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
from eventyard.services.cloudwatch.queries.alarms import has_alarming_gauges, has_alarms_on_services
from eventyard.services.cloudwatch.work.recording import record
from eventyard.store.tx import Tx

MINUTE_TIMER: Final = "cloudwatch.minute"
MINUTE_S: Final = 60
ACTIVE_S: Final = 6 * HOUR_S
QUIET_S: Final = 120
_SLACK_S: Final = 60
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
    if until_s <= now_s + ACTIVE_S - QUIET_S:
        _read_after(tx, call, MINUTE_S)


def minute_timer(gauges: Callable[[], Iterable[Gauges]]) -> Timer:
    """The timer that reads those gauges."""

    def read(tx: Tx, call: Call[Any], due: DueRow) -> None:
        now_s = call.now_ms // 1000
        ended_at_s = now_s - now_s % MINUTE_S - MINUTE_S
        record(tx, call, (_gauged(one, ended_at_s) for ask in gauges() for one in ask(tx, call)))
        was_active_s = active_until_s(tx) - ACTIVE_S
        if now_s < was_active_s + QUIET_S or has_alarms_on_services(tx):
            if now_s < was_active_s + ACTIVE_S or has_alarming_gauges(tx):
                _read_after(tx, call, MINUTE_S)
        elif now_s < was_active_s + ACTIVE_S:
            _read_after(tx, call, HOUR_S)

    return read


def look_each_minute(tx: Tx, call: Call[Any]) -> None:
    """An alarm looks from now on: read gauges at the end of this minute, if they are being read."""
    if call.now_ms // 1000 < active_until_s(tx):
        _read_after(tx, call, MINUTE_S)


def _read_after(tx: Tx, call: Call[Any], period_s: int) -> None:
    period_ms = period_s * 1000
    call.later(tx, kind=MINUTE_TIMER, key="", at_ms=call.now_ms - call.now_ms % period_ms + period_ms)


def _gauged(measured: Measured, minute_at_s: int) -> Sample:
    return _sample(measured.series, point_of_values(minute_at_s, {float(measured.value): float(measured.times)}))


def _sample(series: Series, point: Point) -> Sample:
    metric = Metric(series.account, series.region, series.namespace, series.name, series.dimensions)
    return Sample(metric, series.unit, MINUTE_S, point)
