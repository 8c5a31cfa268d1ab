"""SQL of what is configured: groups, sampling rules and what clients reported of them, policies, single settings."""

from typing import Any, Final

import orjson

from eventyard.services.xray.model.groups import Group
from eventyard.services.xray.model.sampling import DEFAULT, Rule, default_rule
from eventyard.store.tags import TagTable
from eventyard.store.tx import Row, Tx

TAGS: Final = TagTable("xray_tag")

_GROUP = "account, region, name, id, filter, created_at_ms"
_RULE = "account, region, name, rule, created_at_ms, modified_at_ms"


def groups(tx: Tx, *, account: str, region: str) -> list[Group]:
    """The groups that were made, by name."""
    rows = tx.all(f"select {_GROUP} from xray_group where account = ? and region = ? order by name", account, region)
    return [Group(*row) for row in rows]


def put_group(tx: Tx, group: Group) -> None:
    """Write a group, or its new filter."""
    tx.run(
        f"""insert into xray_group ({_GROUP}) values (?, ?, ?, ?, ?, ?)
            on conflict (account, region, name) do update set filter = excluded.filter""",
        *(group.account, group.region, group.name, group.id, group.filter, group.created_at_ms),
    )


def delete_group(tx: Tx, group: Group) -> None:
    """Delete the group and its tags."""
    tx.run(
        "delete from xray_group where account = ? and region = ? and name = ?", group.account, group.region, group.name
    )
    TAGS.take_off_all(tx, group.arn)


def rules(tx: Tx, *, account: str, region: str) -> list[Rule]:
    """Every rule by name, the default one among them."""
    rows = tx.all(f"select {_RULE} from xray_sampling_rule where account = ? and region = ?", account, region)
    made = {rule.name: rule for rule in map(_rule, rows)}
    made.setdefault(DEFAULT, default_rule(account, region))
    return [made[name] for name in sorted(made)]


def put_rule(tx: Tx, rule: Rule) -> None:
    """Write a rule as it is now."""
    tx.run(
        f"""insert into xray_sampling_rule ({_RULE}) values (?, ?, ?, ?, ?, ?)
            on conflict (account, region, name) do update
              set rule = excluded.rule, modified_at_ms = excluded.modified_at_ms""",
        *(rule.account, rule.region, rule.name, orjson.dumps(dict(rule.fields)).decode()),
        *(rule.created_at_ms, rule.modified_at_ms),
    )


def delete_rule(tx: Tx, rule: Rule) -> None:
    """Delete the rule, what was reported of it, and its tags."""
    key = (rule.account, rule.region, rule.name)
    tx.run("delete from xray_sampling_rule where account = ? and region = ? and name = ?", *key)
    tx.run("delete from xray_sampling_statistic where account = ? and region = ? and rule = ?", *key)
    TAGS.take_off_all(tx, rule.arn)


def report(tx: Tx, rule: Rule, client: str, *, at_s: int, requests: int, sampled: int, borrowed: int) -> None:
    """Keep what a client did with a rule in the seconds that ended then."""
    tx.run(
        """insert into xray_sampling_statistic
             (account, region, rule, client, at_s, requests, sampled, borrowed) values (?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (account, region, rule, client, at_s) do update
             set requests = excluded.requests, sampled = excluded.sampled, borrowed = excluded.borrowed""",
        *(rule.account, rule.region, rule.name, client, at_s, requests, sampled, borrowed),
    )


def clients_of(tx: Tx, rule: Rule, *, since_s: int) -> list[str]:
    """The clients that have reported of the rule since then, in their order."""
    rows = tx.all(
        """select distinct client from xray_sampling_statistic
           where account = ? and region = ? and rule = ? and at_s >= ? order by client""",
        *(rule.account, rule.region, rule.name, since_s),
    )
    return [client for (client,) in rows]


def statistics(tx: Tx, *, account: str, region: str, since_s: int, rows_max: int) -> list[Row]:
    """(rule, second, requests, borrowed, sampled) of all clients together, the latest first."""
    return tx.all(
        """select rule, at_s, sum(requests), sum(borrowed), sum(sampled) from xray_sampling_statistic
           where account = ? and region = ? and at_s >= ?
           group by rule, at_s order by at_s desc, rule limit ?""",
        *(account, region, since_s, rows_max),
    )


def forget_reports(tx: Tx, *, before_s: int) -> bool:
    """Delete what was reported before that instant; gives back whether anything is left."""
    left = False
    for table in ("xray_sampling_statistic", "xray_telemetry"):
        tx.run(f"delete from {table} where at_s < ?", before_s)
        left = left or tx.one(f"select 1 from {table} limit 1") is not None
    return left


def policies(tx: Tx, *, account: str, region: str) -> list[Row]:
    """(name, document, revision, modified_at_ms) of every policy, by name."""
    return tx.all(
        """select name, document, revision, modified_at_ms from xray_policy
           where account = ? and region = ? order by name""",
        *(account, region),
    )


def put_policy(tx: Tx, name: str, document: str, *, account: str, region: str, revision: str, now_ms: int) -> None:
    """Write a policy."""
    tx.run(
        """insert into xray_policy (account, region, name, document, revision, modified_at_ms)
           values (?, ?, ?, ?, ?, ?)
           on conflict (account, region, name) do update
             set document = excluded.document, revision = excluded.revision,
               modified_at_ms = excluded.modified_at_ms""",
        *(account, region, name, document, revision, now_ms),
    )


def delete_policy(tx: Tx, name: str, *, account: str, region: str) -> None:
    """Delete a policy."""
    tx.run("delete from xray_policy where account = ? and region = ? and name = ?", account, region, name)


def setting(tx: Tx, name: str, *, account: str, region: str) -> dict[str, Any] | None:
    """A single setting, as it was put; `None` where it never was."""
    row = tx.one("select value from xray_setting where account = ? and region = ? and name = ?", account, region, name)
    return None if row is None else orjson.loads(row[0])


def put_setting(tx: Tx, name: str, value: dict[str, Any], *, account: str, region: str) -> None:
    """Write a single setting."""
    tx.run(
        """insert into xray_setting (account, region, name, value) values (?, ?, ?, ?)
           on conflict (account, region, name) do update set value = excluded.value""",
        *(account, region, name, orjson.dumps(value).decode()),
    )


def keep_telemetry(tx: Tx, *, account: str, region: str, at_s: int, host: str, record: dict[str, Any]) -> None:
    """Keep what a daemon said of itself."""
    tx.run(
        "insert into xray_telemetry (account, region, at_s, host, record) values (?, ?, ?, ?, ?)",
        *(account, region, at_s, host, orjson.dumps(record).decode()),
    )


def _rule(row: Row) -> Rule:
    account, region, name, fields, created_at_ms, modified_at_ms = row
    return Rule(account, region, name, orjson.loads(fields), created_at_ms, modified_at_ms)
