"""The history of alarms: what was changed, which states they went through, what they did about it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from eventyard.services.cloudwatch.model.alarms import Alarm
from eventyard.store.tx import Tx


class Happening(NamedTuple):
    """A row of history; `data` is JSON text."""

    id: int
    alarm: str
    kind: str
    at_ms: int
    type: str
    summary: str
    data: str


class Wanted(NamedTuple):
    """Which rows are asked for; `alarm`, `type` and the instants (inclusive) may be `None` for any.

    `after` is the instant and the id of the row before the first wanted one, in the order that is asked for.
    """

    alarm: str | None
    kinds: Sequence[str]
    type: str | None
    from_ms: int | None
    until_ms: int | None
    is_ascending: bool
    after: tuple[int, int] | None


def add_happening(tx: Tx, alarm: Alarm, *, at_ms: int, type: str, summary: str, data: str) -> None:
    """Add a row."""
    tx.run(
        """insert into cloudwatch_alarm_history (account, region, alarm, kind, at_ms, type, summary, data)
           values (?, ?, ?, ?, ?, ?, ?, ?)""",
        alarm.account,
        alarm.region,
        alarm.name,
        alarm.kind,
        at_ms,
        type,
        summary,
        data,
    )


def happenings(tx: Tx, wanted: Wanted, *, account: str, region: str, rows_max: int) -> list[Happening]:
    """The rows that are asked for, in the order that is asked for."""
    marks = ", ".join("?" for _ in wanted.kinds)
    conditions = ["account = ?", "region = ?", f"kind in ({marks})"]
    args: list[Any] = [account, region, *wanted.kinds]
    for condition, value in (
        ("alarm = ?", wanted.alarm),
        ("type = ?", wanted.type),
        ("at_ms >= ?", wanted.from_ms),
        ("at_ms <= ?", wanted.until_ms),
    ):
        if value is not None:
            conditions.append(condition)
            args.append(value)
    if wanted.after is not None:
        conditions.append(f"(at_ms, id) {'>' if wanted.is_ascending else '<'} (?, ?)")
        args += wanted.after
    order = "at_ms, id" if wanted.is_ascending else "at_ms desc, id desc"
    rows = tx.all(
        f"""select id, alarm, kind, at_ms, type, summary, data from cloudwatch_alarm_history
            where {" and ".join(conditions)} order by {order} limit ?""",
        *args,
        rows_max,
    )
    return [Happening(*row) for row in rows]


def forget_happenings(tx: Tx, *, before_ms: int) -> None:
    """Delete the rows that are older."""
    tx.run("delete from cloudwatch_alarm_history where at_ms < ?", before_ms)


def oldest_happening_ms(tx: Tx) -> int | None:
    """The instant of the oldest row of all accounts, or `None`."""
    row = tx.one("select min(at_ms) from cloudwatch_alarm_history")
    return None if row is None else row[0]
