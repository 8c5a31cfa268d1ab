"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from eventyard.services.lambda_.operations import (
    concurrency,
    functions,
    invocation,
    invoke_configs,
    mappings,
    permissions,
    tags,
    versions,
)

OPERATIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "AddPermission": permissions.add_permission,
        "CreateAlias": versions.create_alias,
        "CreateEventSourceMapping": mappings.create_event_source_mapping,
        "CreateFunction": functions.create_function,
        "DeleteAlias": versions.delete_alias,
        "DeleteEventSourceMapping": mappings.delete_event_source_mapping,
        "DeleteFunction": functions.delete_function,
        "DeleteFunctionConcurrency": concurrency.delete_function_concurrency,
        "DeleteFunctionEventInvokeConfig": invoke_configs.delete_function_event_invoke_config,
        "GetAccountSettings": concurrency.get_account_settings,
        "GetAlias": versions.get_alias,
        "GetEventSourceMapping": mappings.get_event_source_mapping,
        "GetFunction": functions.get_function,
        "GetFunctionConcurrency": concurrency.get_function_concurrency,
        "GetFunctionConfiguration": functions.get_function_configuration,
        "GetFunctionEventInvokeConfig": invoke_configs.get_function_event_invoke_config,
        "GetPolicy": permissions.get_policy,
        "Invoke": invocation.invoke,
        "InvokeAsync": invocation.invoke_async,
        "ListAliases": versions.list_aliases,
        "ListEventSourceMappings": mappings.list_event_source_mappings,
        "ListFunctionEventInvokeConfigs": invoke_configs.list_function_event_invoke_configs,
        "ListFunctions": functions.list_functions,
        "ListTags": tags.list_tags,
        "ListVersionsByFunction": versions.list_versions_by_function,
        "PublishVersion": versions.publish_version,
        "PutFunctionConcurrency": concurrency.put_function_concurrency,
        "PutFunctionEventInvokeConfig": invoke_configs.put_function_event_invoke_config,
        "RemovePermission": permissions.remove_permission,
        "TagResource": tags.tag_resource,
        "UntagResource": tags.untag_resource,
        "UpdateAlias": versions.update_alias,
        "UpdateEventSourceMapping": mappings.update_event_source_mapping,
        "UpdateFunctionCode": functions.update_function_code,
        "UpdateFunctionConfiguration": functions.update_function_configuration,
        "UpdateFunctionEventInvokeConfig": invoke_configs.update_function_event_invoke_config,
    }
)

NEEDS: Mapping[str, str] = MappingProxyType(
    {
        "CreateEventSourceMapping": "is_strict",
        "CreateFunction": "runtime_used",
        "GetFunction": "runtime_used",
        "GetFunctionConfiguration": "runtime_used",
        "Invoke": "invoker",
        "ListFunctions": "runtime_used",
        "ListVersionsByFunction": "runtime_used",
        "PublishVersion": "runtime_used",
        "UpdateEventSourceMapping": "is_strict",
        "UpdateFunctionCode": "runtime_used",
        "UpdateFunctionConfiguration": "runtime_used",
    }
)
"""What an operation needs beyond its call, by the name of the argument; `work/service.py` gives it."""
