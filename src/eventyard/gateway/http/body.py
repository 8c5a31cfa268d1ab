"""A request's body on its way in: in memory up to a limit, above it in an unnamed file, gone with its last reader."""

import mmap
import tempfile
from pathlib import Path
from typing import IO


class CollectedBody:
    """The chunks of one body so far. Errors: `OSError` from `add` when the disk does not take a spooled chunk."""

    __slots__ = ("_chunks", "_file", "_folder", "_memory_bytes_max", "size_bytes")

    def __init__(self, *, folder: Path | None, memory_bytes_max: int) -> None:
        self._folder = folder
        self._memory_bytes_max = memory_bytes_max
        self._chunks: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.size_bytes = 0

    def add(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self._file is not None:
            self._file.write(chunk)
            return
        self._chunks.append(chunk)
        if self.size_bytes > self._memory_bytes_max:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # it outlives this function
            self._file.writelines(self._chunks)
            self._chunks.clear()

    def whole(self) -> bytes | memoryview:
        """The body; a spooled one as a view of its file, which the system frees when the view goes."""
        if self._file is None:
            return b"".join(self._chunks)
        self._file.flush()
        view = memoryview(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))
        self._file.close()
        return view

    def discard(self) -> None:
        """Forget what came; a spooled file is gone from the disk."""
        self._chunks.clear()
        if self._file is not None:
            self._file.close()
