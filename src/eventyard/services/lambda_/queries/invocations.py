"""What says how a function may be invoked: reserved concurrency, and what becomes of asynchronous invocations."""

import json
from typing import Any

from eventyard.services.lambda_.model.invokes import InvokeConfig
from eventyard.services.lambda_.queries.functions import SCOPE
from eventyard.store.tx import Row, Tx

NOT_RESERVED = -1


def reserved(tx: Tx, arn: str) -> int | None:
    """The reserved concurrency of the function, or `None`; kept between calls."""

    def load() -> int:
        row = tx.one("select reserved from lambda_concurrency where arn = ?", arn)
        return NOT_RESERVED if row is None else int(row[0])

    found = tx.memo(SCOPE, (arn, "reserved"), load)
    return None if found == NOT_RESERVED else found


def reserve(tx: Tx, arn: str, reserved: int) -> None:
    """Set the reserved concurrency."""
    tx.run(
        """insert into lambda_concurrency (arn, reserved) values (?, ?)
           on conflict (arn) do update set reserved = excluded.reserved""",
        arn,
        reserved,
    )
    tx.changed(SCOPE)


def release(tx: Tx, arn: str) -> None:
    """Take the reservation back."""
    tx.run("delete from lambda_concurrency where arn = ?", arn)
    tx.changed(SCOPE)


def reserved_in_all(tx: Tx, *, account: str, region: str, but_arn: str = "") -> int:
    """The sum over the account's functions, `but_arn` left out."""
    row = tx.one(
        """select coalesce(sum(c.reserved), 0) from lambda_concurrency c
           join lambda_functions f on f.arn = c.arn and f.version = '$LATEST'
           where f.account = ? and f.region = ? and c.arn <> ?""",
        account,
        region,
        but_arn,
    )
    assert row is not None, "a sum has a row"
    return int(row[0])


def invoke_config(tx: Tx, arn: str, qualifier: str) -> InvokeConfig | None:
    """The configuration of that qualifier, or `None`."""
    row = tx.one(
        "select qualifier, config, modified_at_ms from lambda_invoke_configs where arn = ? and qualifier = ?",
        arn,
        qualifier,
    )
    return None if row is None else _config(row)


def invoke_configs(tx: Tx, arn: str) -> list[InvokeConfig]:
    """All configurations of the function, by qualifier."""
    rows = tx.all(
        "select qualifier, config, modified_at_ms from lambda_invoke_configs where arn = ? order by qualifier", arn
    )
    return [_config(row) for row in rows]


def put_invoke_config(tx: Tx, arn: str, config: InvokeConfig) -> None:
    """Store the configuration, in place of the one of its qualifier."""
    tx.run(
        """insert into lambda_invoke_configs (arn, qualifier, config, modified_at_ms) values (?, ?, ?, ?)
           on conflict (arn, qualifier) do update
             set config = excluded.config, modified_at_ms = excluded.modified_at_ms""",
        arn,
        config.qualifier,
        json.dumps(dict(config.given)),
        config.modified_at_ms,
    )


def delete_invoke_config(tx: Tx, arn: str, qualifier: str) -> bool:
    """Gives back whether there was one."""
    return tx.run("delete from lambda_invoke_configs where arn = ? and qualifier = ?", arn, qualifier) > 0


def _config(row: Row) -> InvokeConfig:
    given: dict[str, Any] = json.loads(row[1])
    return InvokeConfig(qualifier=row[0], given=given, modified_at_ms=row[2])
