"""PutMetricData: what a client has measured."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.cloudwatch.model.data import samples_of
from eventyard.services.cloudwatch.model.entities import check_entities
from eventyard.services.cloudwatch.work.recording import record
from eventyard.store.tx import Tx


def put_metric_data(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Record all data of the request, or none of them.

    **Differs**: entities are judged and not kept, as no operation of CloudWatch's shows them.
    """
    check_entities(call.params)
    samples = samples_of(call.params, account=call.account, region=call.region, now_ms=call.now_ms)
    record(tx, call, samples)
    return {}
