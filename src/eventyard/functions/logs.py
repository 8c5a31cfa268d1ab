"""What a function writes, cut into log events, without ever blocking the function or filling our memory.

Standard output, standard error and the runtime client's own log records come through one pipe, so that their order is
kept. Plain text is one event a line. The client's records (`logging`, tracebacks) are frames, since a record of many
lines is one event: 4 bytes type (a5 5a ...), 4 bytes length, 8 bytes time in microseconds, then the text, all
big-endian. Only text with a NUL in it could look like that (a5 5a 00). A record above the size of an event is cut
into lines like plain text.
"""

import os
from collections.abc import Callable

from eventyard.functions.spec import LogLine

EVENT_BYTES_MAX = 262_118  # CloudWatch Logs: 256 KiB less the 26 bytes it counts for each event
_FRAME_MARK = b"\xa5\x5a\x00"
_HEADER_BYTES = 16
_READ_BYTES = 65_536
_READS_MAX = 32  # a process that writes without end must not keep the loop


class LogReader:
    """The reading end of one environment's pipe; keeps at most `bytes_max` between two `take`s and counts the rest."""

    def __init__(self, fd: int, *, now_ms: Callable[[], int], bytes_max: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self.now_ms = now_ms
        self._bytes_max = bytes_max
        self._pending = bytearray()
        self._lines: list[LogLine] = []
        self._kept_bytes = 0
        self._dropped_bytes = 0

    def drain(self) -> bool:
        """Read what is there now; false once the other end is closed."""
        for _ in range(_READS_MAX):
            try:
                chunk = os.read(self._fd, _READ_BYTES)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            self._pending += chunk
            self._cut(is_last=False)
        return True

    def add(self, message: str) -> None:
        """A line of the service itself, at this place in the log; never dropped."""
        self._lines.append(LogLine(self.now_ms(), message))

    def finish_text(self) -> None:
        """Make an unfinished line an event, and tell how much was dropped, before the closing lines are added."""
        self._cut(is_last=True)
        if self._dropped_bytes:
            self.add(f"EVENTYARD {self._dropped_bytes} bytes of log output above {self._bytes_max} were dropped\n")
            self._dropped_bytes = 0

    def take(self) -> tuple[LogLine, ...]:
        """All events since the last `take`, each finished."""
        lines = tuple(self._lines)
        self._lines, self._kept_bytes = [], 0
        return lines

    def _cut(self, *, is_last: bool) -> None:
        pending, start = self._pending, 0
        while start < len(pending):
            step = _next_event(pending, start, is_last=is_last)
            if step is None:
                break
            text, start = step
            self._keep(text)
        del pending[:start]

    def _keep(self, text: bytes) -> None:
        if not text:
            return
        if self._kept_bytes + len(text) > self._bytes_max:
            self._dropped_bytes += len(text)
            return
        self._kept_bytes += len(text)
        message = text.decode("utf-8", "replace")
        self._lines.append(LogLine(self.now_ms(), message if message.endswith("\n") else message + "\n"))


def _next_event(pending: bytearray, start: int, *, is_last: bool) -> tuple[bytes, int] | None:
    """The event that begins at `start` and where the next begins; `None` when more bytes must come first."""
    if pending.startswith(_FRAME_MARK, start):
        length = int.from_bytes(pending[start + 4 : start + 8], "big")
        begin, end = start + _HEADER_BYTES, start + _HEADER_BYTES + length
        if length > EVENT_BYTES_MAX and len(pending) >= begin:
            return b"", begin
        if len(pending) < end and not is_last:
            return None
        return bytes(pending[begin:end]), min(end, len(pending))
    limit = start + EVENT_BYTES_MAX
    newline = pending.find(b"\n", start, limit)
    frame = pending.find(_FRAME_MARK, start, limit if newline < 0 else newline)
    if frame >= 0:
        return bytes(pending[start:frame]), frame
    if newline >= 0:
        return bytes(pending[start : newline + 1]), newline + 1
    if len(pending) >= limit:
        return bytes(pending[start:limit]), limit
    return (bytes(pending[start:]), len(pending)) if is_last else None
