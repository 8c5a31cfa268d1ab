"""The SQL of metric filters and subscription filters. A group counts its own, so that having none costs nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.languages.log_patterns.pattern import LogPattern, compile_log_pattern
from eventyard.services.logs.model.groups import Group
from eventyard.services.logs.model.metric_filters import MetricFilter
from eventyard.services.logs.model.subscriptions import Subscription
from eventyard.store.tx import Row, Tx

_SUBSCRIPTION = "name, pattern, destination_arn, distribution, created_at_ms"


def metric_filters_of(tx: Tx, group: Group) -> Sequence[tuple[MetricFilter, LogPattern]]:
    """The group's metric filters with their patterns, kept until one changes."""

    def load() -> Sequence[tuple[MetricFilter, LogPattern]]:
        rows = tx.all(
            """select f.name, g.name, f.pattern, f.transformation, f.settings, f.created_at_ms
               from logs_metric_filters f join logs_groups g on g.id = f.group_id
               where f.group_id = ? order by f.name""",
            group.id,
        )
        return [(found, compile_log_pattern(found.pattern)) for found in map(_metric_filter, rows)]

    return tx.memo(group.scope, "metrics", load)


def subscriptions_of(tx: Tx, group: Group) -> Sequence[tuple[Subscription, LogPattern]]:
    """The group's subscription filters with their patterns, by name, kept until one changes."""

    def load() -> Sequence[tuple[Subscription, LogPattern]]:
        rows = tx.all(f"select {_SUBSCRIPTION} from logs_subscriptions where group_id = ? order by name", group.id)
        return [(found, compile_log_pattern(found.pattern)) for found in (Subscription(*row) for row in rows)]

    return tx.memo(group.scope, "subscriptions", load)


def metric_filters(
    tx: Tx, account: str, region: str, *, group_name: str | None, after: tuple[str, str], rows_max: int
) -> list[MetricFilter]:
    """Metric filters of one group or of all, by name and group, behind (name, group)."""
    of_group, names = ("and g.name = ?", (group_name,)) if group_name else ("", ())
    rows = tx.all(
        f"""select f.name, g.name, f.pattern, f.transformation, f.settings, f.created_at_ms
            from logs_metric_filters f join logs_groups g on g.id = f.group_id
            where g.account = ? and g.region = ? {of_group} and (f.name > ? or (f.name = ? and g.name > ?))
            order by f.name, g.name limit ?""",
        *(account, region, *names, after[0], after[0], after[1]),
        rows_max,
    )
    return [_metric_filter(row) for row in rows]


def put_metric_filter(
    tx: Tx,
    group: Group,
    name: str,
    *,
    pattern: str,
    transformation: Mapping[str, Any],
    settings: Mapping[str, Any],
    now_ms: int,
) -> None:
    """Add the filter, or put it in the place of the one with its name, whose beginning it keeps."""
    tx.changed(group.scope)
    tx.run(
        """insert into logs_metric_filters (group_id, name, pattern, transformation, settings, created_at_ms)
           values (?, ?, ?, ?, ?, ?)
           on conflict (group_id, name) do update
           set pattern = excluded.pattern, transformation = excluded.transformation, settings = excluded.settings""",
        group.id,
        name,
        pattern,
        json.dumps(dict(transformation)),
        json.dumps(dict(settings)),
        now_ms,
    )
    _count(tx, group, "metric_filters")


def delete_metric_filter(tx: Tx, group: Group, name: str) -> bool:
    """Whether there was one of that name."""
    tx.changed(group.scope)
    deleted = tx.run("delete from logs_metric_filters where group_id = ? and name = ?", group.id, name)
    _count(tx, group, "metric_filters")
    return deleted > 0


def put_subscription(
    tx: Tx, group: Group, name: str, *, pattern: str, destination_arn: str, distribution: str, now_ms: int
) -> None:
    """Add the subscription, or put it in the place of the one with its name, whose beginning it keeps."""
    tx.changed(group.scope)
    tx.run(
        """insert into logs_subscriptions (group_id, name, pattern, destination_arn, distribution, created_at_ms)
           values (?, ?, ?, ?, ?, ?)
           on conflict (group_id, name) do update
           set pattern = excluded.pattern, destination_arn = excluded.destination_arn,
               distribution = excluded.distribution""",
        group.id,
        name,
        pattern,
        destination_arn,
        distribution,
        now_ms,
    )
    _count(tx, group, "subscriptions")


def delete_subscription(tx: Tx, group: Group, name: str) -> bool:
    """Whether there was one of that name."""
    tx.changed(group.scope)
    deleted = tx.run("delete from logs_subscriptions where group_id = ? and name = ?", group.id, name)
    _count(tx, group, "subscriptions")
    return deleted > 0


def _count(tx: Tx, group: Group, counted: str) -> None:
    tx.run(
        f"update logs_groups set {counted} = (select count(*) from logs_{counted} where group_id = ?) where id = ?",
        group.id,
        group.id,
    )


def _metric_filter(row: Row) -> MetricFilter:
    name, group, pattern, transformation, settings, created_at_ms = row
    return MetricFilter(name, group, pattern, json.loads(transformation), json.loads(settings), created_at_ms)


def _scope(group: Group) -> str:
    return f"logs.filters:{group.id}"
