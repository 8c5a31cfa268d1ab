"""One operating system process with its log pipe: spawn it, hear of its end, end it.

The process leads a session and group of its own, so that one signal reaches all that it started. Only the pipe's write
end, which is its standard output and error, and /dev/null are handed to it.
"""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eventyard.functions.logs import LogReader
from eventyard.functions.memory import MemoryGauge


class FunctionProcess:
    """A running process; `on_exit` is called once with its exit code (negative: a signal) unless `end` was called."""

    def __init__(self, process: Process, *, log_fd: int, log: LogReader, on_exit: Callable[[int], None]) -> None:
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
        if not hasattr(os, "waitid"):
            return self._process.returncode is None
        try:
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False

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
        exit_code = await self._process.wait()
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


async def spawn(
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
        process = await asyncio.create_subprocess_exec(
            *command,
            env=variables,
            cwd=working_dir,
            stdin=DEVNULL,
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
