"""Lambda as the engine meets it: its operations by name, with the things that they need beyond their call."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from eventyard.engine.registry import Operation, Service
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
from eventyard.services.lambda_.work import asynchronous
from eventyard.services.lambda_.work.invoking import Invoker
from eventyard.services.lambda_.work.upkeep import Upkeep

TABLES = Path(__file__).parents[1] / "tables"


_PLAIN: Mapping[str, Operation] = MappingProxyType(
    {
        "AddPermission": permissions.add_permission,
        "CreateAlias": versions.create_alias,
        "DeleteAlias": versions.delete_alias,
        "DeleteEventSourceMapping": mappings.delete_event_source_mapping,
        "DeleteFunction": functions.delete_function,
        "DeleteFunctionConcurrency": concurrency.delete_function_concurrency,
        "DeleteFunctionEventInvokeConfig": invoke_configs.delete_function_event_invoke_config,
        "GetAccountSettings": concurrency.get_account_settings,
        "GetAlias": versions.get_alias,
        "GetEventSourceMapping": mappings.get_event_source_mapping,
        "GetFunctionConcurrency": concurrency.get_function_concurrency,
        "GetFunctionEventInvokeConfig": invoke_configs.get_function_event_invoke_config,
        "GetPolicy": permissions.get_policy,
        "InvokeAsync": invocation.invoke_async,
        "ListAliases": versions.list_aliases,
        "ListEventSourceMappings": mappings.list_event_source_mappings,
        "ListFunctionEventInvokeConfigs": invoke_configs.list_function_event_invoke_configs,
        "ListTags": tags.list_tags,
        "PutFunctionConcurrency": concurrency.put_function_concurrency,
        "PutFunctionEventInvokeConfig": invoke_configs.put_function_event_invoke_config,
        "RemovePermission": permissions.remove_permission,
        "TagResource": tags.tag_resource,
        "UntagResource": tags.untag_resource,
        "UpdateAlias": versions.update_alias,
        "UpdateFunctionEventInvokeConfig": invoke_configs.update_function_event_invoke_config,
    }
)


@dataclass(frozen=True, slots=True)
class LambdaSettings:
    """`is_strict_aws` refuses our extensions; `parallel_max` bounds a mapping that has no limit of its own."""

    is_strict_aws: bool
    parallel_max: int
    drain_s: float


def lambda_service(invoker: Invoker, settings: LambdaSettings) -> Service:
    """The service; the engine starts and stops what stands behind it."""
    upkeep = Upkeep(invoker=invoker, parallel_max=settings.parallel_max, drain_s=settings.drain_s)
    return Service(
        name="lambda",
        operations=_operations(invoker, settings),
        tables=TABLES,
        targets={"lambda": asynchronous.deliver},
        effects={asynchronous.KIND: asynchronous.effect(invoker)},
        start=(upkeep.start,),
    )


def _operations(invoker: Invoker, settings: LambdaSettings) -> Mapping[str, Operation]:
    used = invoker.runtime_used
    strict = settings.is_strict_aws
    return {
        **_PLAIN,
        "CreateEventSourceMapping": partial(mappings.create_event_source_mapping, is_strict=strict),
        "CreateFunction": partial(functions.create_function, runtime_used=used),
        "GetFunction": partial(functions.get_function, runtime_used=used),
        "GetFunctionConfiguration": partial(functions.get_function_configuration, runtime_used=used),
        "Invoke": partial(invocation.invoke, invoker=invoker),
        "ListFunctions": partial(functions.list_functions, runtime_used=used),
        "ListVersionsByFunction": partial(versions.list_versions_by_function, runtime_used=used),
        "PublishVersion": partial(versions.publish_version, runtime_used=used),
        "UpdateEventSourceMapping": partial(mappings.update_event_source_mapping, is_strict=strict),
        "UpdateFunctionCode": partial(functions.update_function_code, runtime_used=used),
        "UpdateFunctionConfiguration": partial(functions.update_function_configuration, runtime_used=used),
    }
