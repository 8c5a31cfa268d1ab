"""The operations that are served, by the names of the service model; the gateway answers for all others."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.dynamodb.operations import account, batches, expiry, items, pages, tables, tags, transactions

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "BatchGetItem": batches.batch_get_item,
        "BatchWriteItem": batches.batch_write_item,
        "CreateTable": tables.create_table,
        "DeleteItem": items.delete_item,
        "DeleteTable": tables.delete_table,
        "DescribeContinuousBackups": account.describe_continuous_backups,
        "DescribeEndpoints": account.describe_endpoints,
        "DescribeLimits": account.describe_limits,
        "DescribeTable": tables.describe_table,
        "DescribeTimeToLive": expiry.describe_time_to_live,
        "GetItem": items.get_item,
        "ListTables": tables.list_tables,
        "ListTagsOfResource": tags.list_tags_of_resource,
        "PutItem": items.put_item,
        "Query": pages.query,
        "Scan": pages.scan,
        "TagResource": tags.tag_resource,
        "TransactGetItems": transactions.transact_get_items,
        "TransactWriteItems": transactions.transact_write_items,
        "UntagResource": tags.untag_resource,
        "UpdateItem": items.update_item,
        "UpdateTable": tables.update_table,
        "UpdateTimeToLive": expiry.update_time_to_live,
    }
)
