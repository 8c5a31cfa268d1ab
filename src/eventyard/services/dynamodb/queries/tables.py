"""Tables, their tags, and the tokens of transactions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.names import table_arn, table_name
from eventyard.services.dynamodb.model.tables import Table
from eventyard.store.tx import Row, Tx

SCOPE = "dynamodb.table"
_COLUMNS = "id, account, region, name, created_at_ms, definition"


def find(tx: Tx, *, account: str, region: str, name: str) -> Table | None:
    """The table of that name or ARN."""
    plain = table_name(name)
    if plain is not name and name != table_arn(account, region, plain):
        return None

    def load() -> Table | None:
        row = tx.one(
            f"select {_COLUMNS} from dynamodb_table where account = ? and region = ? and name = ?",
            account,
            region,
            plain,
        )
        return None if row is None else _table(row)

    return tx.memo(SCOPE, (account, region, plain), load)


def for_items(tx: Tx, *, account: str, region: str, name: str) -> Table:
    """The table of that name or ARN. Raises ResourceNotFoundException in the words for items."""
    table = find(tx, account=account, region=region, name=name)
    if table is None:
        raise errors.table_missing()
    return table


def named(tx: Tx, *, account: str, region: str, name: str) -> Table:
    """The table of that name or ARN. Raises ResourceNotFoundException in the words for tables."""
    table = find(tx, account=account, region=region, name=name)
    if table is None:
        raise errors.named_table_missing(table_name(name))
    return table


def by_id(tx: Tx, table_id: int) -> Table | None:
    """The table with that number, unless it is deleted."""
    row = tx.one(f"select {_COLUMNS} from dynamodb_table where id = ?", table_id)
    return None if row is None else _table(row)


def insert(tx: Tx, table: Table) -> Table | None:
    """Add a table, whose number is the database's to give; `None` when its name is taken."""
    tx.changed(SCOPE)
    rows = tx.all(
        f"""insert into dynamodb_table (account, region, name, created_at_ms, definition) values (?, ?, ?, ?, ?)
            on conflict (account, region, name) do nothing
            returning {_COLUMNS}""",
        table.account,
        table.region,
        table.name,
        table.created_at_ms,
        orjson.dumps(table.definition).decode(),
    )
    return _table(rows[0]) if rows else None


def redefine(tx: Tx, table: Table, definition: Mapping[str, Any]) -> Table:
    """Give a table a new definition."""
    tx.changed(SCOPE)
    text = orjson.dumps(definition).decode()
    tx.run("update dynamodb_table set definition = ? where id = ?", text, table.id)
    return Table(table.id, table.account, table.region, table.name, table.created_at_ms, definition)


def delete(tx: Tx, table: Table) -> None:
    """Take a table's name away; its items are purged afterwards, in portions."""
    tx.changed(SCOPE)
    tx.run("delete from dynamodb_table where id = ?", table.id)
    tx.run("delete from dynamodb_tag where table_id = ?", table.id)


def names(tx: Tx, *, account: str, region: str, after: str, rows_max: int) -> list[str]:
    """Names of tables in the order of their bytes, after `after`."""
    rows = tx.all(
        "select name from dynamodb_table where account = ? and region = ? and name > ? order by name limit ?",
        account,
        region,
        after,
        rows_max,
    )
    return [row[0] for row in rows]


def count(tx: Tx, *, account: str, region: str) -> int:
    row = tx.one("select count(*) from dynamodb_table where account = ? and region = ?", account, region)
    return int(row[0]) if row else 0


def tags(tx: Tx, table: Table) -> list[dict[str, str]]:
    """The table's tags in order of their keys."""
    rows = tx.all("select key, value from dynamodb_tag where table_id = ? order by key", table.id)
    return [{"Key": key, "Value": value} for key, value in rows]


def put_tags(tx: Tx, table: Table, given: Sequence[Mapping[str, str]]) -> None:
    """Add tags, or give known ones another value."""
    tx.many(
        """insert into dynamodb_tag (table_id, key, value) values (?, ?, ?)
           on conflict (table_id, key) do update set value = excluded.value""",
        [(table.id, tag["Key"], tag["Value"]) for tag in given],
    )


def delete_tags(tx: Tx, table: Table, keys: Iterable[str]) -> None:
    """Take the tags with these keys away."""
    tx.many("delete from dynamodb_tag where table_id = ? and key = ?", [(table.id, key) for key in keys])


def token(tx: Tx, *, account: str, region: str, token: str, since_ms: int) -> str | None:
    """The digest of the transaction under this token, unless it is older."""
    row = tx.one(
        "select request from dynamodb_token where account = ? and region = ? and token = ? and at_ms > ?",
        account,
        region,
        token,
        since_ms,
    )
    return None if row is None else str(row[0])


def put_token(tx: Tx, *, account: str, region: str, token: str, request: str, at_ms: int) -> None:
    """Remember a transaction's token."""
    tx.run(
        """insert into dynamodb_token (account, region, token, request, at_ms) values (?, ?, ?, ?, ?)
           on conflict (account, region, token) do update
             set request = excluded.request, at_ms = excluded.at_ms""",
        account,
        region,
        token,
        request,
        at_ms,
    )


def delete_tokens(tx: Tx, *, before_ms: int) -> None:
    """Forget tokens that are no longer remembered."""
    tx.run("delete from dynamodb_token where at_ms <= ?", before_ms)


def _table(row: Row) -> Table:
    return Table(row[0], row[1], row[2], row[3], row[4], orjson.loads(row[5]))
