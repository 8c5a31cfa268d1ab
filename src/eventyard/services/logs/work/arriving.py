"""Where lines come in, whoever brings them: a client, a function, a delivery, an execution.

They are stored; metric filters and embedded metrics become metrics, and subscriptions are delivered.
What listens never keeps a line from being stored: a metric that CloudWatch refuses is dropped, a delivery that fails is
tried again by its policy. A group without filters whose lines embed nothing pays one search a line.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.due.policy import Policy
from eventyard.languages.emf import embedded_metrics, may_embed
from eventyard.services.logs.model.groups import Group, Stream
from eventyard.services.logs.model.metric_data import Measurement, requests
from eventyard.services.logs.model.metric_filters import measurements
from eventyard.services.logs.model.subscriptions import RETRY_AGE_MAX_MS, Arrived, payloads
from eventyard.services.logs.model.system_fields import fields_of
from eventyard.services.logs.queries import events, filters
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

EMBEDDED_MAX = 20_000
"""Embedded metrics of the lines that come in together; ours, so that no request holds up the others for seconds."""
_POLICY = Policy(age_max_ms=RETRY_AGE_MAX_MS)

Lines = Sequence[tuple[int, str]]


def arrive(tx: Tx, call: Call[Any], group: Group, stream: Stream, lines: Lines) -> None:
    """Take (instant, message) pairs, in order and not none, into the stream."""
    events.insert_events(tx, group, stream, lines, now_ms=call.now_ms)
    if not group.is_standard:
        return
    _measure(tx, call, [*_filtered(tx, group, lines), *islice(_embedded(lines), EMBEDDED_MAX)])
    if group.subscriptions:
        _deliver(tx, call, group, stream, lines)


def _filtered(tx: Tx, group: Group, lines: Lines) -> Iterator[Measurement]:
    if group.metric_filters:
        yield from measurements(filters.metric_filters_of(tx, group), fields_of(group), lines)


def _embedded(lines: Lines) -> Iterator[Measurement]:
    for at_ms, message in lines:
        if may_embed(message):
            for metric in embedded_metrics(message):
                yield Measurement(
                    namespace=metric.namespace,
                    name=metric.name,
                    unit=metric.unit,
                    resolution_s=metric.resolution_s,
                    dimensions=metric.dimensions,
                    at_ms=at_ms if metric.at_ms is None else metric.at_ms,
                    values=metric.values,
                )


def _measure(tx: Tx, call: Call[Any], measured: Sequence[Measurement]) -> None:
    """Hand the metrics to CloudWatch; where it refuses a batch, each datum of it alone."""
    for request in requests(measured):
        if _is_put(tx, call, request) or len(request["MetricData"]) == 1:
            continue
        for datum in request["MetricData"]:
            _is_put(tx, call, {**request, "MetricData": [datum]})


def _is_put(tx: Tx, call: Call[Any], request: Mapping[str, Any]) -> bool:
    try:
        call.dispatch(tx, "cloudwatch", "PutMetricData", request)
    except AwsError as refusal:
        log.debug("a metric of %s was not taken: %s", request["Namespace"], refusal)
        return False
    return True


def _deliver(tx: Tx, call: Call[Any], group: Group, stream: Stream, lines: Lines) -> None:
    ids = events.newest_ids(tx, stream.id, len(lines))
    arrived = [Arrived(id, at_ms, message) for id, (at_ms, message) in zip(ids, lines, strict=True)]
    deliveries = [
        Delivery(
            arn=subscription.destination_arn,
            body=body,
            event_body=body,
            sender="logs",
            rule_arn=group.arn,
            target_id=subscription.name,
            policy=_POLICY,
        )
        for subscription, pattern in filters.subscriptions_of(tx, group)
        for body in payloads(subscription, pattern, group, stream.name, arrived)
    ]
    call.deliver_all(tx, deliveries)
