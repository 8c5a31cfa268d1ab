"""The SQL of destinations and resource policies."""

import json
from collections.abc import Mapping

from eventyard.services.logs.model.resources import Destination, ResourcePolicy
from eventyard.store.tx import Tx

_DESTINATION = "account, region, name, target_arn, role_arn, access_policy, created_at_ms"


def find_destination(tx: Tx, account: str, region: str, name: str) -> Destination | None:
    """The destination of that name, or `None`."""
    row = tx.one(
        f"select {_DESTINATION} from logs_destinations where account = ? and region = ? and name = ?",
        account,
        region,
        name,
    )
    return None if row is None else Destination(*row)


def destinations(tx: Tx, account: str, region: str, *, prefix: str, after: str, rows_max: int) -> list[Destination]:
    """Destinations behind that name, by name, that begin with the prefix."""
    rows = tx.all(
        f"""select {_DESTINATION} from logs_destinations
            where account = ? and region = ? and substr(name, 1, ?) = ? and name > ? order by name limit ?""",
        account,
        region,
        len(prefix),
        prefix,
        after,
        rows_max,
    )
    return [Destination(*row) for row in rows]


def put_destination(tx: Tx, destination: Destination, tags: Mapping[str, str]) -> None:
    """Add the destination, or point the one of its name elsewhere, whose tags and policy it keeps."""
    tx.run(
        """insert into logs_destinations
             (account, region, name, target_arn, role_arn, access_policy, tags, created_at_ms)
           values (?, ?, ?, ?, ?, null, ?, ?)
           on conflict (account, region, name) do update
           set target_arn = excluded.target_arn, role_arn = excluded.role_arn""",
        destination.account,
        destination.region,
        destination.name,
        destination.target_arn,
        destination.role_arn,
        json.dumps(dict(tags)),
        destination.created_at_ms,
    )


def put_access_policy(tx: Tx, destination: Destination, policy: str) -> None:
    """Say who may subscribe to the destination."""
    tx.run(
        "update logs_destinations set access_policy = ? where account = ? and region = ? and name = ?",
        policy,
        destination.account,
        destination.region,
        destination.name,
    )


def destination_tags(tx: Tx, destination: Destination) -> dict[str, str]:
    """The destination's tags."""
    row = tx.one(
        "select tags from logs_destinations where account = ? and region = ? and name = ?",
        destination.account,
        destination.region,
        destination.name,
    )
    found: dict[str, str] = {} if row is None else json.loads(row[0])
    return found


def put_destination_tags(tx: Tx, destination: Destination, tags: Mapping[str, str]) -> None:
    """Replace the destination's tags."""
    tx.run(
        "update logs_destinations set tags = ? where account = ? and region = ? and name = ?",
        json.dumps(dict(tags)),
        destination.account,
        destination.region,
        destination.name,
    )


def delete_destination(tx: Tx, account: str, region: str, name: str) -> bool:
    """Whether there was one of that name."""
    return (
        tx.run("delete from logs_destinations where account = ? and region = ? and name = ?", account, region, name) > 0
    )


def policies(tx: Tx, account: str, region: str, *, after: str, rows_max: int) -> list[ResourcePolicy]:
    """Resource policies behind that name, by name."""
    rows = tx.all(
        """select name, document, updated_at_ms from logs_resource_policies
           where account = ? and region = ? and name > ? order by name limit ?""",
        account,
        region,
        after,
        rows_max,
    )
    return [ResourcePolicy(*row) for row in rows]


def put_policy(tx: Tx, account: str, region: str, policy: ResourcePolicy) -> None:
    """Add the policy, or put it in the place of the one with its name."""
    tx.run(
        """insert into logs_resource_policies (account, region, name, document, updated_at_ms) values (?, ?, ?, ?, ?)
           on conflict (account, region, name) do update
           set document = excluded.document, updated_at_ms = excluded.updated_at_ms""",
        account,
        region,
        policy.name,
        policy.document,
        policy.updated_at_ms,
    )


def delete_policy(tx: Tx, account: str, region: str, name: str) -> bool:
    """Whether there was one of that name."""
    sql = "delete from logs_resource_policies where account = ? and region = ? and name = ?"
    return tx.run(sql, account, region, name) > 0
