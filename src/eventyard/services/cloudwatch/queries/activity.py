"""Until when gauges are read: one row, since all of a platform's are read together."""

from typing import Final

from eventyard.store.tx import Tx

_KEPT: Final = "cloudwatch.activity"


def active_until_s(tx: Tx) -> int:
    """The instant in epoch seconds; 0 where there never was anything."""
    return tx.memo(_KEPT, "", lambda: _active_until_s(tx))


def set_active_until(tx: Tx, until_s: int) -> None:
    """Have gauges read until that instant."""
    tx.run(
        """insert into cloudwatch_activity (id, until_s) values (1, ?)
           on conflict (id) do update set until_s = excluded.until_s""",
        until_s,
    )
    tx.changed(_KEPT)


def _active_until_s(tx: Tx) -> int:
    row = tx.one("select until_s from cloudwatch_activity where id = 1")
    return 0 if row is None else int(row[0])
