"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.dynamodb.operations import items, pages, tables

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "CreateTable": tables.create_table,
        "DeleteItem": items.delete_item,
        "DeleteTable": tables.delete_table,
        "DescribeTable": tables.describe_table,
        "GetItem": items.get_item,
        "ListTables": tables.list_tables,
        "PutItem": items.put_item,
        "Query": pages.query,
        "Scan": pages.scan,
        "UpdateItem": items.update_item,
    }
)
