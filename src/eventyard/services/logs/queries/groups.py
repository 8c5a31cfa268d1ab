"""The SQL of groups."""

import json
from collections.abc import Mapping
from dataclasses import replace

from eventyard.services.logs.model.groups import Group
from eventyard.store.tx import Row, Tx

COLUMNS = (
    "id, account, region, name, created_at_ms, retention_days, stored_bytes, log_class, is_protected, metric_filters,"
    " subscriptions"
)


def find_group(tx: Tx, account: str, region: str, name: str) -> Group | None:
    """The group of that name, or `None`."""
    row = tx.one(
        f"select {COLUMNS} from logs_groups where account = ? and region = ? and name = ?", account, region, name
    )
    return None if row is None else _group(row)


def find_group_by_id(tx: Tx, group_id: int) -> Group | None:
    """The group, or `None` when it was deleted."""
    row = tx.one(f"select {COLUMNS} from logs_groups where id = ?", group_id)
    return None if row is None else _group(row)


def insert_group(
    tx: Tx,
    *,
    account: str,
    region: str,
    name: str,
    now_ms: int,
    tags: Mapping[str, str],
    log_class: str,
    is_protected: bool,
) -> None:
    """Add a group without streams."""
    tx.run(
        """insert into logs_groups
             (account, region, name, created_at_ms, retention_days, stored_bytes, tags, log_class, is_protected)
           values (?, ?, ?, ?, null, 0, ?, ?, ?)""",
        account,
        region,
        name,
        now_ms,
        json.dumps(dict(tags)),
        log_class,
        int(is_protected),
    )


def groups_after(tx: Tx, account: str, region: str, *, after: str, rows_max: int) -> list[Group]:
    """Groups behind that name, in the order of their names."""
    rows = tx.all(
        f"select {COLUMNS} from logs_groups where account = ? and region = ? and name > ? order by name limit ?",
        account,
        region,
        after,
        rows_max,
    )
    return [_group(row) for row in rows]


def delete_group(tx: Tx, group: Group) -> None:
    """Delete the group with its streams, filters and subscriptions; its events are nobody's then."""
    tx.changed(group.scope)
    for table in ("logs_streams", "logs_metric_filters", "logs_subscriptions"):
        tx.run(f"delete from {table} where group_id = ?", group.id)
    tx.run("delete from logs_groups where id = ?", group.id)


def set_retention(tx: Tx, group_id: int, days: int | None) -> None:
    """Keep events for that many days; `None` keeps them for good."""
    tx.run("update logs_groups set retention_days = ? where id = ?", days, group_id)


def set_protection(tx: Tx, group_id: int, *, is_protected: bool) -> None:
    """Protect the group from deletion, or no longer."""
    tx.run("update logs_groups set is_protected = ? where id = ?", int(is_protected), group_id)


def tags_of(tx: Tx, group_id: int) -> dict[str, str]:
    """The group's tags."""
    row = tx.one("select tags from logs_groups where id = ?", group_id)
    found: dict[str, str] = {} if row is None else json.loads(row[0])
    return found


def put_tags(tx: Tx, group_id: int, tags: Mapping[str, str]) -> None:
    """Replace the group's tags."""
    tx.run("update logs_groups set tags = ? where id = ?", json.dumps(dict(tags)), group_id)


def _group(row: Row) -> Group:
    found = Group(*row)
    return replace(found, is_protected=bool(found.is_protected))
