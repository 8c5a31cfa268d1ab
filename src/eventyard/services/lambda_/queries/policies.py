"""Statements of functions' resource policies."""

import json
from collections.abc import Mapping
from typing import Any

from eventyard.store.tx import Tx


def statements(tx: Tx, arn: str, qualifier: str) -> list[dict[str, Any]]:
    """The statements of one policy, by Sid."""
    rows = tx.all(
        "select statement from lambda_statements where arn = ? and qualifier = ? order by sid", arn, qualifier
    )
    return [json.loads(row[0]) for row in rows]


def insert(tx: Tx, arn: str, qualifier: str, statement: Mapping[str, Any]) -> None:
    """Add a statement; its Sid is new."""
    tx.run(
        "insert into lambda_statements (arn, qualifier, sid, statement) values (?, ?, ?, ?)",
        arn,
        qualifier,
        statement["Sid"],
        json.dumps(dict(statement)),
    )


def delete(tx: Tx, arn: str, qualifier: str, sid: str) -> bool:
    """Gives back whether it was there."""
    sql = "delete from lambda_statements where arn = ? and qualifier = ? and sid = ?"
    return tx.run(sql, arn, qualifier, sid) > 0


def revision(tx: Tx, arn: str, qualifier: str) -> str:
    """The policy's RevisionId."""
    row = tx.one("select revision_id from lambda_policies where arn = ? and qualifier = ?", arn, qualifier)
    return "" if row is None else str(row[0])


def put_revision(tx: Tx, arn: str, qualifier: str, revision_id: str) -> None:
    """Note the RevisionId of a policy that was changed."""
    tx.run(
        """insert into lambda_policies (arn, qualifier, revision_id) values (?, ?, ?)
           on conflict (arn, qualifier) do update set revision_id = excluded.revision_id""",
        arn,
        qualifier,
        revision_id,
    )
