"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.cloudwatch.operations import (
    alarms_table,
    dashboards,
    data,
    listing,
    putting,
    statistics,
    tags,
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        **alarms_table.OPERATIONS,
        "DeleteDashboards": dashboards.delete_dashboards,
        "GetDashboard": dashboards.get_dashboard,
        "GetMetricData": data.get_metric_data,
        "GetMetricStatistics": statistics.get_metric_statistics,
        "ListDashboards": dashboards.list_dashboards,
        "ListMetrics": listing.list_metrics,
        "ListTagsForResource": tags.list_tags_for_resource,
        "PutDashboard": dashboards.put_dashboard,
        "PutMetricData": putting.put_metric_data,
        "TagResource": tags.tag_resource,
        "UntagResource": tags.untag_resource,
    }
)
