"""Functions' code on disk: each zip is unpacked once, under its digest, when it is first used.

The zips themselves are rows of the store, written in the transaction that accepts them; what lies here is a copy that
every start throws away.
"""

import asyncio
import io
import subprocess
import sys
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL

from eventyard.base.errors import EffectFailed

Read = Callable[[str], Awaitable[bytes | None]]
"""The zip with that digest, read in a transaction of its own."""


COMPILE_MAX_S = 10.0
"""For how long code is compiled ahead; what is left is compiled where it is used."""


class Shelf:
    """Folders of unpacked code under `folder`."""

    def __init__(self, folder: Path, read: Read) -> None:
        self._folder = folder
        self._read = read
        self._unpacked: dict[str, asyncio.Task[Path]] = {}

    async def code_dir(self, sha256: str) -> Path:
        """The folder with the unpacked zip. Raises EffectFailed `ServiceException` when it cannot be made."""
        task = self._unpacked.get(sha256)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._unpacked[sha256] = asyncio.get_running_loop().create_task(self._unpack(sha256))
        return await asyncio.shield(task)

    async def _unpack(self, sha256: str) -> Path:
        zip_bytes = await self._read(sha256)
        if zip_bytes is None:
            raise EffectFailed("ServiceException", "The function's code is gone.")
        target = self._folder / sha256.replace("/", "_").replace("+", "-").rstrip("=")
        try:
            await asyncio.to_thread(_extract, zip_bytes, target)
        except (OSError, zipfile.BadZipFile, RuntimeError, EOFError) as problem:
            raise EffectFailed("ServiceException", f"The function's code cannot be unpacked: {problem}") from problem
        await asyncio.to_thread(_compile, target)
        return target


def _extract(zip_bytes: bytes, target: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bytes)) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, target))
            mode = entry.external_attr >> 16 & 0o777
            if mode and path.is_file():
                path.chmod(mode | 0o444)


def _compile(folder: Path) -> None:
    """Byte-compile in a process of its own, so that cold starts need not; code that does not compile is no problem."""
    line = [sys.executable, "-m", "compileall", "-q", str(folder)]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(line, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, timeout=COMPILE_MAX_S, check=False)
