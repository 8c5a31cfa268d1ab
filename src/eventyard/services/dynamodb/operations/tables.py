"""Tables: create, describe, list, change and delete."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.dynamodb import errors, work
from eventyard.services.dynamodb.model.names import LENGTH_MIN, require_name, table_name
from eventyard.services.dynamodb.model.revisions import revision_of
from eventyard.services.dynamodb.model.schemas import definition_of
from eventyard.services.dynamodb.model.tables import Table, describe
from eventyard.services.dynamodb.queries import items, tables
from eventyard.store.tx import Tx

LISTED_MAX = 100
Request = Call[Mapping[str, Any]]


def create_table(tx: Tx, call: Request) -> dict[str, Any]:
    """The answer says CREATING, as AWS's does; the table serves at once."""
    params = call.params
    name = table_name(params["TableName"])
    require_name(name, length_min=LENGTH_MIN)
    definition = definition_of(
        params, account=call.account, region=call.region, table_id=call.ids.uuid(), now_ms=call.now_ms
    )
    table = tables.insert(tx, Table(0, call.account, call.region, name, call.now_ms, definition))
    if table is None:
        raise errors.table_exists(name)
    tables.put_tags(tx, table, params.get("Tags") or ())
    return {"TableDescription": describe(table, {}, status="CREATING")}


def describe_table(tx: Tx, call: Request) -> dict[str, Any]:
    """What the table is, with its items and bytes as they are now; AWS counts them every six hours."""
    table = _named(tx, call)
    return {"Table": describe(table, items.sizes(tx, table))}


def list_tables(tx: Tx, call: Request) -> dict[str, Any]:
    """The names of the account's tables in a region, a page at a time."""
    params = call.params
    limit = params.get("Limit", LISTED_MAX)
    after = params.get("ExclusiveStartTableName", "")
    names = tables.names(tx, account=call.account, region=call.region, after=after, rows_max=limit + 1)
    if len(names) <= limit:
        return {"TableNames": names}
    return {"TableNames": names[:limit], "LastEvaluatedTableName": names[limit - 1]}


def update_table(tx: Tx, call: Request) -> dict[str, Any]:
    """The answer tells of the table as it was and of what is on its way, as AWS's does; the change is made at once.

    A new index is filled in portions and then serves.
    """
    table = _named(tx, call)
    revision = revision_of(call.params, table, now_ms=call.now_ms)
    revised = tables.redefine(tx, table, revision.definition)
    if revision.created is not None:
        work.fill_index(tx, call, revised, revision.created)
    if revision.deleted is not None:
        work.purge(tx, call, table, revision.deleted)
    shown = replace(table, definition=revision.shown)
    return {"TableDescription": describe(shown, items.sizes(tx, table), status=revision.status)}


def delete_table(tx: Tx, call: Request) -> dict[str, Any]:
    """The name is free at once; what the table held is purged in portions."""
    table = _named(tx, call)
    if table.definition["DeletionProtectionEnabled"]:
        raise errors.table_protected()
    described = describe(table, items.sizes(tx, table), status="DELETING")
    tables.delete(tx, table)
    work.purge(tx, call, table, None)
    kept = ("TableName", "TableStatus", "ProvisionedThroughput", "TableSizeBytes", "ItemCount", "TableArn", "TableId")
    shown = {name: value for name, value in described.items() if name in (*kept, "DeletionProtectionEnabled")}
    return {"TableDescription": shown}


def _named(tx: Tx, call: Request) -> Table:
    require_name(call.params["TableName"])
    return tables.named(tx, account=call.account, region=call.region, name=call.params["TableName"])
