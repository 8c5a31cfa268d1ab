"""Queues, and the names of those that were deleted a moment ago.

A queue is read for nearly every call, so it is kept by (account, region, name) until anything of a queue changes.
"""

import json
from collections.abc import Mapping, Sequence

from eventyard.services.sqs.model.queue import Queue, make_queue, place_of_arn, place_of_url
from eventyard.store.name_pages import page_of_account
from eventyard.store.tx import Row, Tx

_SCOPE = "sqs.queues"
_COLUMNS = (
    "id, bin_id, account, region, name, created_at_ms, modified_at_ms, purged_at_ms, settings, tags, "
    "earlier_scope, scope_since_ms"
)


def find_queue(tx: Tx, account: str, region: str, name: str) -> Queue | None:
    """The queue of that name, or `None`."""

    def load() -> Queue | None:
        row = tx.one(
            f"select {_COLUMNS} from sqs_queues where account = ? and region = ? and name = ?", account, region, name
        )
        return None if row is None else _queue(row)

    return tx.memo(_SCOPE, (account, region, name), load)


def find_queue_at(tx: Tx, url: str, *, account: str, region: str) -> Queue | None:
    """The queue at that address, or `None`; a bare name is one of `account`."""

    def load() -> Queue | None:
        owner, name = place_of_url(url, account)
        return find_queue(tx, owner, region, name)

    return tx.memo(_SCOPE, (url, account, region), load)


def find_queue_with_arn(tx: Tx, arn: str) -> Queue | None:
    """The queue with that ARN, or `None`."""

    return tx.memo(_SCOPE, arn, lambda: _load_with_arn(tx, arn))


def find_queues_with_arns(tx: Tx, arns: Sequence[str]) -> list[Queue | None]:
    """The queue with each ARN, or `None`, in their order."""
    return tx.memo_all(_SCOPE, arns, lambda arn: _load_with_arn(tx, arn))


def insert_queue(
    tx: Tx,
    *,
    bin_id: int,
    account: str,
    region: str,
    name: str,
    now_ms: int,
    settings: Mapping[str, str],
    tags: Mapping[str, str],
    dead_letter_arn: str | None,
) -> int:
    """Add a queue; gives back its id."""
    tx.changed(_SCOPE)
    row = tx.one(
        """insert into sqs_queues (bin_id, account, region, name, created_at_ms, modified_at_ms, purged_at_ms,
             dead_letter_arn, settings, tags)
           values (?, ?, ?, ?, ?, ?, 0, ?, ?, ?) returning id""",
        bin_id,
        account,
        region,
        name,
        now_ms,
        now_ms,
        dead_letter_arn,
        json.dumps(settings),
        json.dumps(tags),
    )
    assert row is not None, "an insert gives back its row"
    return int(row[0])


def update_settings(
    tx: Tx, queue_id: int, settings: Mapping[str, str], dead_letter_arn: str | None, *, now_ms: int
) -> None:
    """Write a queue's complete settings."""
    tx.changed(_SCOPE)
    tx.run(
        "update sqs_queues set settings = ?, dead_letter_arn = ?, modified_at_ms = ? where id = ?",
        json.dumps(settings),
        dead_letter_arn,
        now_ms,
        queue_id,
    )


def delay_scope(tx: Tx, queue_id: int, earlier_scope: str, *, since_ms: int) -> None:
    """Have the queue deduplicate in `earlier_scope` until `since_ms`, whatever its settings say."""
    tx.changed(_SCOPE)
    tx.run(
        "update sqs_queues set earlier_scope = ?, scope_since_ms = ? where id = ?", earlier_scope, since_ms, queue_id
    )


def update_tags(tx: Tx, queue_id: int, tags: Mapping[str, str]) -> None:
    """Write all of a queue's tags."""
    tx.changed(_SCOPE)
    tx.run("update sqs_queues set tags = ? where id = ?", json.dumps(tags), queue_id)


def change_bin(tx: Tx, queue_id: int, bin_id: int, *, now_ms: int) -> None:
    """Give the queue a new, empty bin."""
    tx.changed(_SCOPE)
    tx.run("update sqs_queues set bin_id = ?, purged_at_ms = ? where id = ?", bin_id, now_ms, queue_id)


def delete_queue(tx: Tx, queue: Queue, *, now_ms: int) -> None:
    """Take the queue away and remember its name for a minute."""
    tx.changed(_SCOPE)
    tx.run("delete from sqs_queues where id = ?", queue.id)
    tx.run(
        """insert into sqs_deleted_queues (account, region, name, deleted_at_ms) values (?, ?, ?, ?)
           on conflict (account, region, name) do update set deleted_at_ms = excluded.deleted_at_ms""",
        queue.account,
        queue.region,
        queue.name,
        now_ms,
    )


def deleted_at_ms(tx: Tx, account: str, region: str, name: str) -> int | None:
    """When a queue of that name was deleted last, as far as it is remembered."""
    row = tx.one(
        "select deleted_at_ms from sqs_deleted_queues where account = ? and region = ? and name = ?",
        account,
        region,
        name,
    )
    return None if row is None else int(row[0])


def forget_deleted(tx: Tx, *, before_ms: int) -> None:
    """Forget names of queues that were deleted before that instant."""
    tx.run("delete from sqs_deleted_queues where deleted_at_ms < ?", before_ms)


def list_names(tx: Tx, account: str, region: str, prefix: str, *, after: str, rows_max: int) -> list[str]:
    """Names that begin with `prefix` and come after `after`, in order."""
    rows = page_of_account(
        tx,
        "select name from sqs_queues",
        account=account,
        region=region,
        prefix=prefix,
        after=after,
        rows_max=rows_max,
    )
    return [row[0] for row in rows]


def list_sources(tx: Tx, dead_letter_arn: str, *, after: str, rows_max: int) -> list[tuple[str, str]]:
    """(account, name) of the queues whose dead letters go to `dead_letter_arn`, by name, after `after`."""
    rows = tx.all(
        "select account, name from sqs_queues where dead_letter_arn = ? and name > ? order by name limit ?",
        dead_letter_arn,
        after,
        rows_max,
    )
    return [(row[0], row[1]) for row in rows]


def list_all(tx: Tx) -> list[Queue]:
    """Every queue of every account and region."""
    return [_queue(row) for row in tx.all(f"select {_COLUMNS} from sqs_queues order by id")]


def find_queue_by_id(tx: Tx, queue_id: int) -> Queue | None:
    """The queue with that id, read anew; `None` when it was deleted."""
    row = tx.one(f"select {_COLUMNS} from sqs_queues where id = ?", queue_id)
    return None if row is None else _queue(row)


def _load_with_arn(tx: Tx, arn: str) -> Queue | None:
    place = place_of_arn(arn)
    return None if place is None else find_queue(tx, *place)


def _queue(row: Row) -> Queue:
    return make_queue(
        queue_id=row[0],
        bin_id=row[1],
        account=row[2],
        region=row[3],
        name=row[4],
        created_at_ms=row[5],
        modified_at_ms=row[6],
        purged_at_ms=row[7],
        settings=json.loads(row[8]),
        tags=json.loads(row[9]),
        earlier_scope=row[10],
        scope_since_ms=row[11],
    )
