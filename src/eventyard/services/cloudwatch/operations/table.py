"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.cloudwatch.operations import alarms_table, data, listing, putting, statistics

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        **alarms_table.OPERATIONS,
        "GetMetricData": data.get_metric_data,
        "GetMetricStatistics": statistics.get_metric_statistics,
        "ListMetrics": listing.list_metrics,
        "PutMetricData": putting.put_metric_data,
    }
)
