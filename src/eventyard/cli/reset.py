"""`eventyard reset`: an empty data folder."""

import shutil
from pathlib import Path

import typer

from eventyard.base.errors import StartRefused
from eventyard.store.sqlite import lock_folder

OURS = ("eventyard.db", "eventyard.db-wal", "eventyard.db-shm", "functions", "spool")
"""What a server makes in its data folder; nothing else is touched, the credentials of a strict server neither.
State in PostgreSQL is not here: whoever wants that gone drops its database."""


def reset(folder: Path, *, is_confirmed: bool) -> int:
    """Delete the state; gives back 0. Raises StartRefused when a server uses the folder."""
    if not folder.is_dir():
        raise StartRefused(f"There is no data folder {folder}.")
    with lock_folder(folder):
        if not is_confirmed:
            typer.confirm(f"Delete everything in {folder}?", abort=True)
        for name in OURS:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    print(f"{folder} is empty.")
    return 0
