"""Functions, their code, versions and aliases."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.services.lambda_.model.code import Package
from eventyard.services.lambda_.model.function import Function
from eventyard.services.lambda_.model.names import LATEST, FunctionRef
from eventyard.store.tx import Row, Tx

_COLUMNS = "account, region, name, version, settings, code_sha256, code_bytes, revision_id, modified_at_ms"
SCOPE = "lambda.functions"


def find(tx: Tx, arn: str, version: str = LATEST) -> Function | None:
    """One version of the function with this unqualified ARN; kept between calls."""

    def load() -> Function | None:
        row = tx.one(f"select {_COLUMNS} from lambda_functions where arn = ? and version = ?", arn, version)
        return None if row is None else _function(row)

    return tx.memo(SCOPE, (arn, version), load)


def put(tx: Tx, function: Function) -> None:
    """Store this version, in place of what was there under it."""
    tx.run(
        """insert into lambda_functions (arn, version, account, region, name, settings, code_sha256, code_bytes,
             revision_id, modified_at_ms)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (arn, version) do update
             set settings = excluded.settings, code_sha256 = excluded.code_sha256, code_bytes = excluded.code_bytes,
                 revision_id = excluded.revision_id, modified_at_ms = excluded.modified_at_ms""",
        function.arn,
        function.version,
        function.ref.account,
        function.ref.region,
        function.name,
        json.dumps(dict(function.settings)),
        function.code_sha256,
        function.code_bytes,
        function.revision_id,
        function.modified_at_ms,
    )
    tx.changed(SCOPE)


def put_code(tx: Tx, package: Package) -> None:
    """Keep the zip, unless it is known already."""
    tx.run(
        "insert into lambda_code (sha256, zip) values (?, ?) on conflict (sha256) do nothing",
        package.sha256,
        package.zip_bytes,
    )


def code(tx: Tx, sha256: str) -> bytes | None:
    """The zip with this digest."""
    row = tx.one("select zip from lambda_code where sha256 = ?", sha256)
    return None if row is None else bytes(row[0])


def forget_unused_code(tx: Tx, sha256: str) -> None:
    """Delete the zip when no function version has it any more."""
    tx.run(
        """delete from lambda_code
           where sha256 = ? and not exists (select 1 from lambda_functions where code_sha256 = ?)""",
        sha256,
        sha256,
    )


def delete(tx: Tx, arn: str) -> None:
    """Delete the function with everything that hangs on it; its zips go when nobody else has them."""
    digests = tx.all("select distinct code_sha256 from lambda_functions where arn = ?", arn)
    for table in (
        "lambda_functions",
        "lambda_versions_made",
        "lambda_aliases",
        "lambda_tags",
        "lambda_concurrency",
        "lambda_statements",
        "lambda_policies",
        "lambda_invoke_configs",
    ):
        tx.run(f"delete from {table} where arn = ?", arn)
    for (digest,) in digests:
        forget_unused_code(tx, digest)
    tx.changed(SCOPE)


def delete_version(tx: Tx, function: Function) -> None:
    """Delete one published version, and its zip when nobody else has it."""
    tx.run("delete from lambda_functions where arn = ? and version = ?", function.arn, function.version)
    forget_unused_code(tx, function.code_sha256)
    tx.changed(SCOPE)


def listed(tx: Tx, *, account: str, region: str, after: str, is_all_versions: bool, rows_max: int) -> list[Function]:
    """Functions in the order of their names from after `after` (`name` or `name version`)."""
    rows = tx.all(
        f"""select {_COLUMNS} from lambda_functions
            where account = ? and region = ? and (version = '$LATEST' or ? = 1) and name || ' ' || version > ?
            order by name || ' ' || version limit ?""",
        account,
        region,
        int(is_all_versions),
        after,
        rows_max,
    )
    return [_function(row) for row in rows]


def versions(tx: Tx, arn: str) -> list[Function]:
    """All versions, `$LATEST` first, then by number."""
    rows = tx.all(f"select {_COLUMNS} from lambda_functions where arn = ?", arn)
    return sorted(
        (_function(row) for row in rows), key=lambda found: 0 if found.version == LATEST else int(found.version)
    )


def next_version(tx: Tx, arn: str) -> int:
    """The number of the version that is published now; numbers are never used again."""
    row = tx.one(
        """insert into lambda_versions_made (arn, latest) values (?, 1)
           on conflict (arn) do update set latest = lambda_versions_made.latest + 1 returning latest""",
        arn,
    )
    assert row is not None, "an upsert gives back its row"
    return int(row[0])


def usage(tx: Tx, *, account: str, region: str) -> tuple[int, int]:
    """How many (functions, bytes of code) the account has."""
    row = tx.one(
        """select count(distinct name), coalesce(sum(code_bytes), 0)
           from lambda_functions where account = ? and region = ?""",
        account,
        region,
    )
    assert row is not None, "a count has a row"
    return int(row[0]), int(row[1])


def tags(tx: Tx, arn: str) -> dict[str, str]:
    """The tags of a function or a mapping."""
    row = tx.one("select tags from lambda_tags where arn = ?", arn)
    found: dict[str, str] = {} if row is None else json.loads(row[0])
    return found


def put_tags(tx: Tx, arn: str, tags: Mapping[str, str]) -> None:
    """Replace the tags of a function or a mapping."""
    tx.run("delete from lambda_tags where arn = ?", arn)
    if tags:
        tx.run("insert into lambda_tags (arn, tags) values (?, ?)", arn, json.dumps(dict(tags)))


def alias(tx: Tx, arn: str, name: str) -> Mapping[str, str] | None:
    """An alias as (Name, FunctionVersion, Description, RevisionId); kept between calls."""

    def load() -> Mapping[str, str] | None:
        row = tx.one(
            "select name, version, description, revision_id from lambda_aliases where arn = ? and name = ?", arn, name
        )
        return None if row is None else _alias(row)

    return tx.memo(SCOPE, (arn, "alias", name), load)


def aliases(tx: Tx, arn: str) -> Sequence[Mapping[str, str]]:
    """The function's aliases, by name."""
    rows = tx.all("select name, version, description, revision_id from lambda_aliases where arn = ? order by name", arn)
    return [_alias(row) for row in rows]


def put_alias(tx: Tx, arn: str, alias: Mapping[str, str]) -> None:
    """Store the alias, in place of the one of its name."""
    tx.run(
        """insert into lambda_aliases (arn, name, version, description, revision_id) values (?, ?, ?, ?, ?)
           on conflict (arn, name) do update
             set version = excluded.version, description = excluded.description,
                 revision_id = excluded.revision_id""",
        arn,
        alias["Name"],
        alias["FunctionVersion"],
        alias["Description"],
        alias["RevisionId"],
    )
    tx.changed(SCOPE)


def delete_alias(tx: Tx, arn: str, name: str) -> None:
    """Delete the alias, if there is one."""
    tx.run("delete from lambda_aliases where arn = ? and name = ?", arn, name)
    tx.changed(SCOPE)


def _alias(row: Row) -> Mapping[str, str]:
    return dict(zip(("Name", "FunctionVersion", "Description", "RevisionId"), row, strict=True))


def _function(row: Row) -> Function:
    settings: dict[str, Any] = json.loads(row[4])
    return Function(
        ref=FunctionRef(account=row[0], region=row[1], name=row[2]),
        version=row[3],
        settings=settings,
        code_sha256=row[5],
        code_bytes=row[6],
        revision_id=row[7],
        modified_at_ms=row[8],
    )
