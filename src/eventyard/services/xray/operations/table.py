"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.xray.operations import graphs, groups, insights, sampling, segments, settings, tags, traces

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "BatchGetTraces": traces.batch_get_traces,
        "CreateGroup": groups.create_group,
        "CreateSamplingRule": sampling.create_sampling_rule,
        "DeleteGroup": groups.delete_group,
        "DeleteResourcePolicy": settings.delete_resource_policy,
        "DeleteSamplingRule": sampling.delete_sampling_rule,
        "GetEncryptionConfig": settings.get_encryption_config,
        "GetGroup": groups.get_group,
        "GetGroups": groups.get_groups,
        "GetInsight": insights.refuse,
        "GetInsightEvents": insights.refuse,
        "GetInsightImpactGraph": insights.refuse,
        "GetInsightSummaries": insights.refuse,
        "GetSamplingRules": sampling.get_sampling_rules,
        "GetSamplingStatisticSummaries": sampling.get_sampling_statistic_summaries,
        "GetSamplingTargets": sampling.get_sampling_targets,
        "GetServiceGraph": graphs.get_service_graph,
        "GetTimeSeriesServiceStatistics": graphs.get_time_series_service_statistics,
        "GetTraceGraph": graphs.get_trace_graph,
        "GetTraceSegmentDestination": settings.get_trace_segment_destination,
        "GetTraceSummaries": traces.get_trace_summaries,
        "ListResourcePolicies": settings.list_resource_policies,
        "ListTagsForResource": tags.list_tags_for_resource,
        "PutEncryptionConfig": settings.put_encryption_config,
        "PutResourcePolicy": settings.put_resource_policy,
        "PutTelemetryRecords": segments.put_telemetry_records,
        "PutTraceSegments": segments.put_trace_segments,
        "TagResource": tags.tag_resource,
        "UntagResource": tags.untag_resource,
        "UpdateGroup": groups.update_group,
        "UpdateSamplingRule": sampling.update_sampling_rule,
        "UpdateTraceSegmentDestination": settings.update_trace_segment_destination,
    }
)
