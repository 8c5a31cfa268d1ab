"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.logs.operations import (
    events,
    groups,
    insights,
    metric_filters,
    query_definitions,
    resources,
    streams,
    subscriptions,
    tags,
    tails,
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "CreateLogGroup": groups.create_log_group,
        "CreateLogStream": streams.create_log_stream,
        "DeleteDestination": resources.delete_destination,
        "DeleteLogGroup": groups.delete_log_group,
        "DeleteLogStream": streams.delete_log_stream,
        "DeleteMetricFilter": metric_filters.delete_metric_filter,
        "DeleteQueryDefinition": query_definitions.delete_query_definition,
        "DeleteResourcePolicy": resources.delete_resource_policy,
        "DeleteRetentionPolicy": groups.delete_retention_policy,
        "DeleteSubscriptionFilter": subscriptions.delete_subscription_filter,
        "DescribeDestinations": resources.describe_destinations,
        "DescribeLogGroups": groups.describe_log_groups,
        "DescribeLogStreams": streams.describe_log_streams,
        "DescribeMetricFilters": metric_filters.describe_metric_filters,
        "DescribeQueries": insights.describe_queries,
        "DescribeQueryDefinitions": query_definitions.describe_query_definitions,
        "DescribeResourcePolicies": resources.describe_resource_policies,
        "DescribeSubscriptionFilters": subscriptions.describe_subscription_filters,
        "FilterLogEvents": events.filter_log_events,
        "GetLogEvents": events.get_log_events,
        "GetLogGroupFields": insights.get_log_group_fields,
        "GetLogRecord": insights.get_log_record,
        "GetQueryResults": insights.get_query_results,
        "ListLogGroups": groups.list_log_groups,
        "ListTagsForResource": tags.list_tags_for_resource,
        "ListTagsLogGroup": tags.list_tags_log_group,
        "PutDestination": resources.put_destination,
        "PutDestinationPolicy": resources.put_destination_policy,
        "PutLogEvents": events.put_log_events,
        "PutLogGroupDeletionProtection": groups.put_log_group_deletion_protection,
        "PutMetricFilter": metric_filters.put_metric_filter,
        "PutQueryDefinition": query_definitions.put_query_definition,
        "PutResourcePolicy": resources.put_resource_policy,
        "PutRetentionPolicy": groups.put_retention_policy,
        "PutSubscriptionFilter": subscriptions.put_subscription_filter,
        "StartLiveTail": tails.start_live_tail,
        "StartQuery": insights.start_query,
        "StopQuery": insights.stop_query,
        "TagLogGroup": tags.tag_log_group,
        "TagResource": tags.tag_resource,
        "TestMetricFilter": metric_filters.test_metric_filter,
        "UntagLogGroup": tags.untag_log_group,
        "UntagResource": tags.untag_resource,
    }
)
