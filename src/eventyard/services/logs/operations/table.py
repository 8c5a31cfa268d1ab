"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.logs.operations import events, groups, insights, query_definitions, streams

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "CreateLogGroup": groups.create_log_group,
        "CreateLogStream": streams.create_log_stream,
        "DeleteLogGroup": groups.delete_log_group,
        "DeleteLogStream": streams.delete_log_stream,
        "DeleteQueryDefinition": query_definitions.delete_query_definition,
        "DeleteRetentionPolicy": groups.delete_retention_policy,
        "DescribeLogGroups": groups.describe_log_groups,
        "DescribeLogStreams": streams.describe_log_streams,
        "DescribeQueries": insights.describe_queries,
        "DescribeQueryDefinitions": query_definitions.describe_query_definitions,
        "FilterLogEvents": events.filter_log_events,
        "GetLogEvents": events.get_log_events,
        "GetLogGroupFields": insights.get_log_group_fields,
        "GetLogRecord": insights.get_log_record,
        "GetQueryResults": insights.get_query_results,
        "ListTagsForResource": groups.list_tags_for_resource,
        "ListTagsLogGroup": groups.list_tags_log_group,
        "PutLogEvents": events.put_log_events,
        "PutQueryDefinition": query_definitions.put_query_definition,
        "PutRetentionPolicy": groups.put_retention_policy,
        "StartQuery": insights.start_query,
        "StopQuery": insights.stop_query,
        "TagLogGroup": groups.tag_log_group,
        "TagResource": groups.tag_resource,
        "UntagLogGroup": groups.untag_log_group,
        "UntagResource": groups.untag_resource,
    }
)
