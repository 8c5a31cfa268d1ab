"""Dashboards, of an account and of no region."""

from collections.abc import Sequence
from typing import Any

from eventyard.services.cloudwatch.model.dashboards import Dashboard
from eventyard.store.name_pages import page_by_name
from eventyard.store.tx import Tx

_COLUMNS = "account, name, body, changed_at_ms, is_tagged"


def put_dashboard(tx: Tx, dashboard: Dashboard) -> None:
    """Make the dashboard, or replace the one of its name."""
    tx.run(
        f"""insert into cloudwatch_dashboards ({_COLUMNS}) values (?, ?, ?, ?, ?)
            on conflict (account, name) do update set
                body = excluded.body, changed_at_ms = excluded.changed_at_ms, is_tagged = excluded.is_tagged""",
        dashboard.account,
        dashboard.name,
        dashboard.body,
        dashboard.changed_at_ms,
        int(dashboard.is_tagged),
    )


def touch_tags(tx: Tx, *, account: str, name: str, now_ms: int) -> None:
    """The dashboard's tags were touched, which changes it."""
    tx.run(
        "update cloudwatch_dashboards set is_tagged = 1, changed_at_ms = ? where account = ? and name = ?",
        now_ms,
        account,
        name,
    )


def dashboard(tx: Tx, *, account: str, name: str) -> Dashboard | None:
    """The dashboard, or `None`."""
    row = tx.one(f"select {_COLUMNS} from cloudwatch_dashboards where account = ? and name = ?", account, name)
    return None if row is None else _dashboard(row)


def dashboards(tx: Tx, *, account: str, prefix: str, after: str, rows_max: int) -> list[Dashboard]:
    """The dashboards whose names begin with `prefix` and come after `after`, by name."""
    rows = page_by_name(
        tx,
        f"select {_COLUMNS} from cloudwatch_dashboards",
        where=("account = ?",),
        args=(account,),
        prefix=prefix,
        after=after,
        rows_max=rows_max,
    )
    return [_dashboard(row) for row in rows]


def delete_dashboard(tx: Tx, *, account: str, name: str) -> None:
    """Delete the dashboard, if there is one."""
    tx.run("delete from cloudwatch_dashboards where account = ? and name = ?", account, name)


def _dashboard(row: Sequence[Any]) -> Dashboard:
    account, name, body, changed_at_ms, is_tagged = row
    return Dashboard(account, name, body, changed_at_ms, bool(is_tagged))
