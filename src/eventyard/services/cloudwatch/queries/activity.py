"""Until when gauges are to be read, and until when they were: one row, since all of a platform's are read together."""

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


def read_until_s(tx: Tx) -> int:
    """The end of the latest minute that gauges were read for; 0 where there never was one."""
    row = tx.one("select read_until_s from cloudwatch_activity where id = 1")
    return 0 if row is None else int(row[0])


def set_read_until(tx: Tx, until_s: int) -> None:
    """Gauges were read for the minutes up to that instant."""
    tx.run("update cloudwatch_activity set read_until_s = ? where id = 1", until_s)


def _active_until_s(tx: Tx) -> int:
    row = tx.one("select until_s from cloudwatch_activity where id = 1")
    return 0 if row is None else int(row[0])
