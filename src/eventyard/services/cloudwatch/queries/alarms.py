"""Alarms' SQL: the alarms, the metrics that they watch, and which alarm stands in which other's rule.

Alarms that sleep are kept in memory by what they watch, since every datapoint that arrives asks for them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from eventyard.services.cloudwatch.model.alarms import Alarm, State
from eventyard.services.cloudwatch.model.series import Dimensions, dimensions_text
from eventyard.store.tx import Row, Tx

CHILD: Final = "child"
SUPPRESSOR: Final = "suppressor"

Watched = tuple[str, str, Dimensions]
"""(namespace, metric, dimensions)."""

_COLUMNS: Final = """account, region, name, kind, settings, configured_at_ms, state, reason, reason_data, updated_at_ms,
                     transitioned_at_ms, suppressed_by"""
_ASLEEP: Final = "cloudwatch.alarms-asleep"
_NAMES_MAX: Final = 200


def alarm(tx: Tx, name: str, *, account: str, region: str) -> Alarm | None:
    """The alarm of that name."""
    row = tx.one(
        f"select {_COLUMNS} from cloudwatch_alarms where account = ? and region = ? and name = ?", account, region, name
    )
    return None if row is None else _alarm(row)


def alarms_named(tx: Tx, names: Iterable[str], *, account: str, region: str) -> list[Alarm]:
    """Those of the names that there are, by name."""
    wanted = sorted(set(names))
    found: list[Alarm] = []
    for first in range(0, len(wanted), _NAMES_MAX):
        some = wanted[first : first + _NAMES_MAX]
        marks = ", ".join("?" for _ in some)
        rows = tx.all(
            f"""select {_COLUMNS} from cloudwatch_alarms
                where account = ? and region = ? and name in ({marks}) order by name""",
            account,
            region,
            *some,
        )
        found += [_alarm(row) for row in rows]
    return found


def alarms_after(
    tx: Tx,
    *,
    account: str,
    region: str,
    after: str,
    rows_max: int,
    prefix: str = "",
    kinds: Sequence[str],
    state: str | None = None,
) -> list[Alarm]:
    """Alarms of those kinds by name, from behind `after`, whose names begin with `prefix`."""
    marks = ", ".join("?" for _ in kinds)
    sql = f"""select {_COLUMNS} from cloudwatch_alarms
              where account = ? and region = ? and name > ? and substr(name, 1, ?) = ? and kind in ({marks})"""
    args: list[Any] = [account, region, after, len(prefix), prefix, *kinds]
    if state is not None:
        sql, args = f"{sql} and state = ?", [*args, state]
    return [_alarm(row) for row in tx.all(f"{sql} order by name limit ?", *args, rows_max)]


def put_alarm(tx: Tx, alarm: Alarm) -> None:
    """Write the alarm, new or changed, and wake it."""
    state = alarm.state
    tx.run(
        f"""insert into cloudwatch_alarms ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (account, region, name) do update set
              settings = excluded.settings, configured_at_ms = excluded.configured_at_ms, state = excluded.state,
              reason = excluded.reason, reason_data = excluded.reason_data, updated_at_ms = excluded.updated_at_ms,
              transitioned_at_ms = excluded.transitioned_at_ms, suppressed_by = excluded.suppressed_by,
              is_asleep = 0""",
        alarm.account,
        alarm.region,
        alarm.name,
        alarm.kind,
        json.dumps(alarm.settings, separators=(",", ":")),
        alarm.configured_at_ms,
        state.value,
        state.reason,
        state.data,
        state.updated_at_ms,
        state.transitioned_at_ms,
        state.suppressed_by,
    )
    tx.changed(_ASLEEP)


def put_settings(tx: Tx, alarm: Alarm) -> None:
    """Write the settings of an alarm that there is, and nothing of its state."""
    tx.run(
        """update cloudwatch_alarms set settings = ?, configured_at_ms = ?
           where account = ? and region = ? and name = ?""",
        json.dumps(alarm.settings, separators=(",", ":")),
        alarm.configured_at_ms,
        *_place(alarm),
    )


def delete_alarm(tx: Tx, alarm: Alarm) -> None:
    """Delete the alarm and what it is linked to; its history stays."""
    tx.run("delete from cloudwatch_alarms where account = ? and region = ? and name = ?", *_place(alarm))
    put_watched(tx, alarm, ())
    put_links(tx, alarm, CHILD, ())
    put_links(tx, alarm, SUPPRESSOR, ())
    tx.changed(_ASLEEP)


def put_watched(tx: Tx, alarm: Alarm, metrics: Iterable[Watched]) -> None:
    """Say which metrics the alarm watches."""
    tx.run("delete from cloudwatch_alarm_metrics where account = ? and region = ? and alarm = ?", *_place(alarm))
    rows = [(*_place(alarm), namespace, name, dimensions_text(dims)) for namespace, name, dims in set(metrics)]
    if rows:
        tx.many(
            """insert into cloudwatch_alarm_metrics (account, region, alarm, namespace, metric, dimensions)
               values (?, ?, ?, ?, ?, ?)""",
            rows,
        )


def alarms_watching(tx: Tx, metric: Watched, *, account: str, region: str) -> list[Alarm]:
    """The alarms that watch the metric, by name."""
    namespace, name, dimensions = metric
    rows = tx.all(
        """select alarm from cloudwatch_alarm_metrics
           where account = ? and region = ? and namespace = ? and metric = ? and dimensions = ?""",
        account,
        region,
        namespace,
        name,
        dimensions_text(dimensions),
    )
    return alarms_named(tx, [row[0] for row in rows], account=account, region=region)


def has_alarms_on_services(tx: Tx) -> bool:
    """Whether an alarm of any account looks at a metric of a service."""
    row = tx.one("select 1 from cloudwatch_alarm_metrics where substr(namespace, 1, 4) = 'AWS/' limit 1")
    return row is not None


def has_alarming_gauges(tx: Tx) -> bool:
    """Whether an alarm of any account is in ALARM on a metric of a service."""
    row = tx.one(
        """select 1 from cloudwatch_alarms a join cloudwatch_alarm_metrics m
             on m.account = a.account and m.region = a.region and m.alarm = a.name
           where a.state = 'ALARM' and substr(m.namespace, 1, 4) = 'AWS/' limit 1"""
    )
    return row is not None


def sleepers(tx: Tx, *, account: str, region: str) -> Mapping[Watched, Sequence[str]]:
    """The names of alarms that sleep until a datapoint arrives, by what they watch. Kept in memory."""

    def load() -> Mapping[Watched, Sequence[str]]:
        rows = tx.all(
            """select m.namespace, m.metric, m.dimensions, m.alarm
               from cloudwatch_alarms a join cloudwatch_alarm_metrics m
                 on m.account = a.account and m.region = a.region and m.alarm = a.name
               where a.account = ? and a.region = ? and a.is_asleep = 1
               order by m.alarm""",
            account,
            region,
        )
        found: dict[Watched, list[str]] = {}
        for namespace, name, dimensions, alarm_name in rows:
            pairs = tuple((one, other) for one, other in json.loads(dimensions))
            found.setdefault((namespace, name, pairs), []).append(alarm_name)
        return found

    return tx.memo(_ASLEEP, (account, region), load)


def put_to_sleep(tx: Tx, alarm: Alarm) -> None:
    """Have the alarm sleep until a datapoint arrives."""
    tx.run("update cloudwatch_alarms set is_asleep = 1 where account = ? and region = ? and name = ?", *_place(alarm))
    tx.changed(_ASLEEP)


def wake(tx: Tx, name: str, *, account: str, region: str) -> None:
    """The alarm sleeps no more."""
    sql = "update cloudwatch_alarms set is_asleep = 0 where account = ? and region = ? and name = ?"
    tx.run(sql, account, region, name)
    tx.changed(_ASLEEP)


def put_links(tx: Tx, alarm: Alarm, role: str, names: Iterable[str]) -> None:
    """Say which alarms the alarm's rule names, or which one suppresses its actions."""
    sql = "delete from cloudwatch_alarm_links where account = ? and region = ? and parent = ? and role = ?"
    tx.run(sql, *_place(alarm), role)
    rows = [(*_place(alarm), name, role) for name in sorted(set(names))]
    if rows:
        sql = "insert into cloudwatch_alarm_links (account, region, parent, child, role) values (?, ?, ?, ?, ?)"
        tx.many(sql, rows)


def children(tx: Tx, alarm: Alarm) -> list[Alarm]:
    """The alarms that the alarm's rule names and that there are, by name."""
    sql = "select child from cloudwatch_alarm_links where account = ? and region = ? and parent = ? and role = 'child'"
    names = [row[0] for row in tx.all(sql, *_place(alarm))]
    return alarms_named(tx, names, account=alarm.account, region=alarm.region)


def parents(tx: Tx, name: str, *, role: str, account: str, region: str) -> list[Alarm]:
    """The composite alarms whose rule names the alarm, or whose actions it suppresses, by name."""
    sql = "select parent from cloudwatch_alarm_links where account = ? and region = ? and child = ? and role = ?"
    names = [row[0] for row in tx.all(sql, account, region, name, role)]
    return alarms_named(tx, names, account=account, region=region)


def _place(alarm: Alarm) -> tuple[str, str, str]:
    return alarm.account, alarm.region, alarm.name


def _alarm(row: Row) -> Alarm:
    return Alarm(
        account=row[0],
        region=row[1],
        name=row[2],
        kind=row[3],
        settings=json.loads(row[4]),
        configured_at_ms=row[5],
        state=State(row[6], row[7], row[8], row[9], row[10], row[11]),
    )
