"""EventBridge's SQL: a function a query, rows in and model values out.

The default bus is there in every account and region without a row; it gets one when something about it is to be kept.
Every write to a bus, a rule or a target drops what was derived from the bus's rows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from eventyard.languages.policies.document import PolicyDocument, compile_policy
from eventyard.services.events import errors
from eventyard.services.events.model.archives import archive_rule
from eventyard.services.events.model.buses import Bus
from eventyard.services.events.model.names import DEFAULT_BUS, BusKey, bus_key
from eventyard.services.events.model.routes import Routes, compile_routes
from eventyard.services.events.model.rules import DISABLED, Rule
from eventyard.services.events.model.targets import Target
from eventyard.services.events.model.trace_keys import trace_keys_of
from eventyard.services.events.model.validation import validation_of
from eventyard.store.name_pages import page_by_name, page_of_account
from eventyard.store.tags import TagTable
from eventyard.store.tx import Row, Tx

NO_POLICY = PolicyDocument(())
TAGS: Final = TagTable("event_tag")
_BUS = "name, settings, policy, created_at_ms, changed_at_ms"
_RULE = "name, pattern, schedule, state, description, role_arn, created_by, managed_by"


def routes(tx: Tx, key: BusKey) -> Routes | None:
    """The compiled rules of the bus, or `None` when there is no such bus."""

    def load() -> Routes | None:
        if not has_bus(tx, key):
            return None
        targets: dict[str, list[Target]] = {}
        rows = tx.all(
            """select rule, id, arn, spec from event_target
               where account = ? and region = ? and bus = ?
               order by rule, id""",
            *_bus(key),
        )
        for rule_name, target_id, arn, spec in rows:
            targets.setdefault(rule_name, []).append(Target(target_id, arn, json.loads(spec)))
        enabled = [rule for rule in rules(tx, key) if rule.state != DISABLED]
        archives = tx.all(
            "select name, id from event_archive where account = ? and region = ? and bus = ?",
            *_bus(key),
        )
        tags = TAGS.of(tx, key.arn)
        return compile_routes(
            [(rule, targets.get(rule.name, [])) for rule in enabled],
            {archive_rule(name): archive_id for name, archive_id in archives},
            validation_of(tags),
            trace_keys_of(tags),
        )

    return tx.memo(key.scope, "routes", load)


def policy(tx: Tx, key: BusKey) -> PolicyDocument:
    """The compiled policy of the bus; one without statements where it has none."""

    def load() -> PolicyDocument:
        found = bus(tx, key)
        return NO_POLICY if found is None or found.policy is None else compile_policy(found.policy)

    return tx.memo(key.scope, "policy", load)


def has_bus(tx: Tx, key: BusKey) -> bool:
    """Whether there is such a bus."""
    if key.name == DEFAULT_BUS:
        return True
    sql = "select 1 from event_bus where account = ? and region = ? and name = ?"
    return tx.one(sql, *_bus(key)) is not None


def bus(tx: Tx, key: BusKey) -> Bus | None:
    """The bus, or `None`; the default one only once it has a row."""
    sql = f"select {_BUS} from event_bus where account = ? and region = ? and name = ?"
    row = tx.one(sql, *_bus(key))
    return None if row is None else _bus_of(key.account, key.region, row)


def ensure_default_bus(tx: Tx, *, account: str, region: str, now_ms: int) -> None:
    """Give the default bus its row, so that its instants and its policy can be shown."""
    tx.run(
        """insert into event_bus (account, region, name, settings, policy, created_at_ms, changed_at_ms)
           values (?, ?, ?, '{}', null, ?, ?)
           on conflict do nothing""",
        account,
        region,
        DEFAULT_BUS,
        now_ms,
        now_ms,
    )


def buses(tx: Tx, *, account: str, region: str, prefix: str, after: str, rows_max: int) -> list[Bus]:
    """The buses whose names begin with `prefix` and come after `after`, by name."""
    rows = page_of_account(
        tx,
        f"select {_BUS} from event_bus",
        account=account,
        region=region,
        prefix=prefix,
        after=after,
        rows_max=rows_max,
    )
    return [_bus_of(account, region, row) for row in rows]


def count_buses(tx: Tx, *, account: str, region: str) -> int:
    """How many buses there are, the default one counted once it has a row."""
    return _count(tx, "select count(*) from event_bus where account = ? and region = ?", account, region)


def insert_bus(tx: Tx, bus: Bus) -> bool:
    """Gives back false when there is one of that name."""
    tx.changed(bus.key.scope)
    return (
        tx.run(
            """insert into event_bus (account, region, name, settings, policy, created_at_ms, changed_at_ms)
               values (?, ?, ?, ?, ?, ?, ?)
               on conflict do nothing""",
            *_bus(bus.key),
            json.dumps(bus.settings),
            bus.policy,
            bus.created_at_ms,
            bus.changed_at_ms,
        )
        > 0
    )


def update_bus(tx: Tx, key: BusKey, *, settings: Mapping[str, Any], policy: str | None, now_ms: int) -> None:
    """Replace what the bus says of itself; its rules are not concerned."""
    tx.changed(key.scope)
    tx.run(
        """update event_bus set settings = ?, policy = ?, changed_at_ms = ?
           where account = ? and region = ? and name = ?""",
        json.dumps(settings),
        policy,
        now_ms,
        *_bus(key),
    )


def delete_bus(tx: Tx, key: BusKey) -> None:
    """Delete the bus and its tags."""
    tx.changed(key.scope)
    tx.run("delete from event_bus where account = ? and region = ? and name = ?", *_bus(key))
    TAGS.take_off_all(tx, key.arn)


def rule(tx: Tx, key: BusKey, name: str) -> Rule | None:
    """The rule, or `None`."""
    sql = f"select {_RULE} from event_rule where account = ? and region = ? and bus = ? and name = ?"
    row = tx.one(sql, *_bus(key), name)
    return None if row is None else Rule(key, *row)


def existing_bus(tx: Tx, name_or_arn: str | None, *, account: str, region: str) -> BusKey:
    """The bus that a caller of this account and region names. Raises ResourceNotFoundException."""
    key = bus_key(name_or_arn, account=account, region=region)
    if (key.account, key.region) != (account, region) or not has_bus(tx, key):
        raise errors.no_such_bus(key.name)
    return key


def existing_rule(tx: Tx, key: BusKey, name: str) -> Rule:
    """The rule. Raises ResourceNotFoundException."""
    found = rule(tx, key, name)
    if found is None:
        raise errors.no_such_rule(name, bus=key.name)
    return found


def rules(tx: Tx, key: BusKey, *, prefix: str = "", after: str = "", rows_max: int = 1_000_000) -> list[Rule]:
    """The rules of the bus whose names begin with `prefix` and come after `after`, by name."""
    rows = page_by_name(
        tx,
        f"select {_RULE} from event_rule",
        where=("account = ?", "region = ?", "bus = ?"),
        args=_bus(key),
        prefix=prefix,
        after=after,
        rows_max=rows_max,
    )
    return [Rule(key, *row) for row in rows]


def count_rules(tx: Tx, key: BusKey) -> int:
    """How many rules the bus has."""
    return _count(tx, "select count(*) from event_rule where account = ? and region = ? and bus = ?", *_bus(key))


def put_rule(tx: Tx, rule: Rule) -> None:
    """Insert the rule, or replace what an earlier one of its name says; who made it stays."""
    tx.changed(rule.bus.scope)
    tx.run(
        """insert into event_rule
             (account, region, bus, name, pattern, schedule, state, description, role_arn, created_by, managed_by)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (account, region, bus, name) do update
             set pattern = excluded.pattern, schedule = excluded.schedule, state = excluded.state,
                 description = excluded.description, role_arn = excluded.role_arn""",
        *_bus(rule.bus),
        rule.name,
        rule.pattern,
        rule.schedule,
        rule.state,
        rule.description,
        rule.role_arn,
        rule.created_by,
        rule.managed_by,
    )


def set_rule_state(tx: Tx, key: BusKey, name: str, state: str) -> bool:
    """Gives back false when there is no such rule."""
    tx.changed(key.scope)
    sql = "update event_rule set state = ? where account = ? and region = ? and bus = ? and name = ?"
    return tx.run(sql, state, *_bus(key), name) > 0


def delete_rule(tx: Tx, key: BusKey, name: str) -> None:
    """Delete the rule and its tags."""
    tx.changed(key.scope)
    tx.run("delete from event_rule where account = ? and region = ? and bus = ? and name = ?", *_bus(key), name)
    TAGS.take_off_all(tx, key.rule_arn(name))


def targets(tx: Tx, key: BusKey, rule: str, *, after: str = "", rows_max: int = 1_000_000) -> list[Target]:
    """The targets of the rule whose ids come after `after`, by id."""
    rows = tx.all(
        """select id, arn, spec from event_target
           where account = ? and region = ? and bus = ? and rule = ? and id > ?
           order by id limit ?""",
        *_bus(key),
        rule,
        after,
        rows_max,
    )
    return [Target(target_id, arn, json.loads(spec)) for target_id, arn, spec in rows]


def put_targets(tx: Tx, key: BusKey, rule: str, targets: Sequence[Target]) -> None:
    """Insert the targets; one of the same id is replaced."""
    tx.changed(key.scope)
    tx.many(
        """insert into event_target (account, region, bus, rule, id, arn, spec) values (?, ?, ?, ?, ?, ?, ?)
           on conflict (account, region, bus, rule, id) do update set arn = excluded.arn, spec = excluded.spec""",
        [(*_bus(key), rule, target.id, target.arn, json.dumps(target.spec)) for target in targets],
    )


def delete_target(tx: Tx, key: BusKey, rule: str, target_id: str) -> bool:
    """Gives back false when there is no such target."""
    tx.changed(key.scope)
    sql = "delete from event_target where account = ? and region = ? and bus = ? and rule = ? and id = ?"
    return tx.run(sql, *_bus(key), rule, target_id) > 0


def rule_names_of_target(tx: Tx, key: BusKey, arn: str, *, after: str, rows_max: int) -> list[str]:
    """The names of the rules of the bus that deliver to `arn` and come after `after`, by name."""
    rows = tx.all(
        """select distinct rule from event_target
           where account = ? and region = ? and bus = ? and arn = ? and rule > ?
           order by rule limit ?""",
        *_bus(key),
        arn,
        after,
        rows_max,
    )
    return [row[0] for row in rows]


def _bus(key: BusKey) -> tuple[str, str, str]:
    return key.account, key.region, key.name


def _bus_of(account: str, region: str, row: Row) -> Bus:
    name, settings, policy, created_at_ms, changed_at_ms = row
    return Bus(BusKey(account, region, name), json.loads(settings), policy, created_at_ms, changed_at_ms)


def _count(tx: Tx, sql: str, *args: str) -> int:
    row = tx.one(sql, *args)
    assert row is not None
    return int(row[0])
