"""One operating system process with its log pipe: spawn it, hear of its end, end it.

Spawning goes through `subprocess.Popen`, which shares memory until the new program runs (vfork): 0.2 ms of the loop's
time however big the server is, where uvloop's own copies the page tables (3.7 ms at 200 MB). It must happen on the
loop's thread: the kernel ends the process with the thread that spawned it, not with the whole server.
The process leads a session and group of its own, so that one signal reaches all that it started. Only the pipe's write
end, which is its standard output and error, and /dev/null are handed to it.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eventyard.functions.logs import LogReader
from eventyard.functions.memory import MemoryGauge


class FunctionProcess:
    """A running process; `on_exit` is called once with its exit code (negative: a signal) unless `end` was called."""

    def __init__(
        self, process: subprocess.Popen[bytes], *, log_fd: int, log: LogReader, on_exit: Callable[[int], None]
    ) -> None:
        self.log = log
        self.gauge = MemoryGauge(process.pid)
        self._process = process
        self._log_fd = log_fd
        self._on_exit = on_exit
        self._is_ended_here = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(log_fd, self._read_log)
        self._is_reading = True
        self._watcher = self._loop.create_task(self._watch())

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it runs right now; asks the kernel, since `on_exit` comes a turn of the loop later."""
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the whole group now; `reap` afterwards."""
        self._is_ended_here = True
        self._kill_group()

    async def reap(self) -> None:
        """Wait until the process is gone, and give back what it held."""
        await self._watcher
        self._stop_reading()
        os.close(self._log_fd)
        self.gauge.close()

    async def _watch(self) -> None:
        await _ended(self._process)
        exit_code = self._process.wait()
        self._kill_group()
        self.log.drain()
        if not self._is_ended_here:
            self._on_exit(exit_code)

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read_log(self) -> None:
        if not self.log.drain():
            self._stop_reading()

    def _stop_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._log_fd)


def spawn(
    command: Sequence[str],
    *,
    variables: Mapping[str, str],
    working_dir: Path,
    now_ms: Callable[[], int],
    log_bytes_max: int,
    on_exit: Callable[[int], None],
) -> FunctionProcess:
    """Start `command`; raises OSError when the system refuses."""
    reading_fd, writing_fd = os.pipe()
    try:
        process = subprocess.Popen(
            command,
            env=variables,
            cwd=working_dir,
            stdin=subprocess.DEVNULL,
            stdout=writing_fd,
            stderr=writing_fd,
            start_new_session=True,
        )
    except BaseException:
        os.close(reading_fd)
        raise
    finally:
        os.close(writing_fd)
    log = LogReader(reading_fd, now_ms=now_ms, bytes_max=log_bytes_max)
    return FunctionProcess(process, log_fd=reading_fd, log=log, on_exit=on_exit)


async def _ended(process: subprocess.Popen[bytes]) -> None:
    """Return when the process has ended: told by the kernel on Linux, by a waiting thread elsewhere."""
    if not hasattr(os, "pidfd_open"):
        await asyncio.to_thread(process.wait)
        return
    loop = asyncio.get_running_loop()
    fd = os.pidfd_open(process.pid)
    ended = asyncio.Event()
    loop.add_reader(fd, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(fd)
        os.close(fd)
