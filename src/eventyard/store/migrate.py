"""Numbered migrations, one folder an owner: applied at the start, refused when the database is newer than the program.

A migration is `NNNN_title.sql`, one or more statements ended by `;` at a line's end. All that are missing run in one
transaction, so a crash in the middle leaves the database as it was.
"""

from collections.abc import Mapping
from pathlib import Path

from eventyard.base.errors import StartRefused
from eventyard.base.faults import Faults
from eventyard.store.tx import Store, Tx


def migrate(store: Store, owners: Mapping[str, Path], faults: Faults) -> int:
    """Bring the tables of each owner (name to folder) up to date; gives back how many migrations ran.

    Raises StartRefused when the database has a migration that this program does not know.
    """
    tx = store.transaction()
    try:
        applied = sum(_migrate_owner(tx, owner, folder, _applied(tx)) for owner, folder in owners.items())
        faults.point("store.migrate.before")
        tx.commit()
        faults.point("store.migrate.after")
    except BaseException:
        tx.rollback()
        raise
    finally:
        store.release(tx)
    return applied


def _applied(tx: Tx) -> dict[str, int]:
    tx.run(
        "create table if not exists migrations (owner text, number integer, title text, primary key (owner, number))"
    )
    return dict(tx.all("select owner, max(number) from migrations group by owner"))


def _migrate_owner(tx: Tx, owner: str, folder: Path, applied: Mapping[str, int]) -> int:
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    newest = applied.get(owner, 0)
    if newest > len(files):
        raise StartRefused(f"The data is of a newer eventyard (its {owner} tables are at step {newest}).")
    for number, file in enumerate(files[newest:], start=newest + 1):
        assert int(file.name[:4]) == number, f"{file} is out of its order"
        for statement in file.read_text("utf-8").split(";\n"):
            if statement.strip():
                tx.run(statement.strip())
        tx.run("insert into migrations (owner, number, title) values (?, ?, ?)", owner, number, file.stem[5:])
    return len(files) - newest
