"""Event source mappings."""

import json

from eventyard.services.lambda_.model.mapping import EventSourceMapping
from eventyard.store.tx import Row, Tx

_COLUMNS = "uuid, account, region, function_arn, source_arn, settings, is_enabled, modified_at_ms"


def find(tx: Tx, account: str, region: str, uuid: str) -> EventSourceMapping | None:
    """The mapping of that account and region, or `None`."""
    row = tx.one(
        f"select {_COLUMNS} from lambda_mappings where uuid = ? and account = ? and region = ?", uuid, account, region
    )
    return None if row is None else _mapping(row)


def of_pair(tx: Tx, source_arn: str, function_arn: str) -> EventSourceMapping | None:
    """The mapping from this source to this function."""
    row = tx.one(
        f"select {_COLUMNS} from lambda_mappings where source_arn = ? and function_arn = ?", source_arn, function_arn
    )
    return None if row is None else _mapping(row)


def put(tx: Tx, mapping: EventSourceMapping) -> None:
    """Store the mapping, in place of what was there under its identifier."""
    tx.run(
        f"""insert into lambda_mappings ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (uuid) do update
              set function_arn = excluded.function_arn, settings = excluded.settings,
                  is_enabled = excluded.is_enabled, modified_at_ms = excluded.modified_at_ms""",
        mapping.uuid,
        mapping.account,
        mapping.region,
        mapping.function_arn,
        mapping.source_arn,
        json.dumps(dict(mapping.settings)),
        int(mapping.is_enabled),
        mapping.modified_at_ms,
    )


def delete(tx: Tx, uuid: str) -> None:
    """Delete the mapping."""
    tx.run("delete from lambda_mappings where uuid = ?", uuid)


def listed(
    tx: Tx, *, account: str, region: str, source_arn: str, function_arn: str, after: str, rows_max: int
) -> list[EventSourceMapping]:
    """Mappings in the order of their identifiers; an empty ARN is any. A function's ARN covers its versions."""
    rows = tx.all(
        f"""select {_COLUMNS} from lambda_mappings
            where account = ? and region = ? and uuid > ? and (? = '' or source_arn = ?)
              and (? = '' or function_arn = ?)
            order by uuid limit ?""",
        account,
        region,
        after,
        source_arn,
        source_arn,
        function_arn,
        function_arn,
        rows_max,
    )
    return [_mapping(row) for row in rows]


def enabled(tx: Tx) -> list[EventSourceMapping]:
    """Every enabled mapping of every account."""
    return [_mapping(row) for row in tx.all(f"select {_COLUMNS} from lambda_mappings where is_enabled = 1")]


def _mapping(row: Row) -> EventSourceMapping:
    return EventSourceMapping(
        uuid=row[0],
        account=row[1],
        region=row[2],
        function_arn=row[3],
        source_arn=row[4],
        settings=json.loads(row[5]),
        is_enabled=bool(row[6]),
        modified_at_ms=row[7],
    )
