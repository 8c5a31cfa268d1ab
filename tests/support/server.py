"""The real server in a process of its own: started, killed, stopped and started again on the same folder.

It runs from this checkout's sources, on a free port that it keeps over its restarts. Nothing here waits by time: a
server is ready when it has printed its line, and has ended when its process has.
"""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
START_TIMEOUT_S = 40
STOP_TIMEOUT_S = 40


class NotStarted(Exception):
    """The server ended before it was ready; the message is what it wrote on its standard error."""

    def __init__(self, exit_code: int, said: str) -> None:
        super().__init__(f"exit code {exit_code}: {said}")
        self.exit_code = exit_code
        self.said = said


class ServerProcess:
    """One data folder and, between `start` and `kill` or `stop`, the server that serves it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = 0
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._clients: dict[str, Any] = {}
        self._log: IO[str] = tempfile.TemporaryFile("a+", encoding="utf-8")  # noqa: SIM115  (open as long as the server is)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self, *, crash_at: str = "", variables: Mapping[str, str] | None = None) -> "ServerProcess":
        """Serve; gives itself back when ready. Raises NotStarted when it ends before, in `crash_at` for instance."""
        assert self._process is None, "it is running"
        command = ["up", "--port", str(self.port), "--data", str(self.folder), *self._options]
        self._log.truncate(0)
        process = eventyard(*command, variables={"EVENTYARD_CRASH_AT": crash_at, **(variables or {})}, stderr=self._log)
        line = _first_line(process)
        if not line:
            _end(process)
            raise NotStarted(process.returncode, self.said)
        self.port = int(line.split("http://")[1].split(" ")[0].rpartition(":")[2])
        self._process = process
        return self

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client that does not retry, so that a test sees every answer; kept over restarts."""
        if options:
            return client(service, self.endpoint, **options)
        if service not in self._clients:
            self._clients[service] = client(service, self.endpoint)
        return self._clients[service]

    def signal(self, number: signal.Signals) -> None:
        self._running().send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """End it gently; gives back its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self, timeout_s: float = STOP_TIMEOUT_S) -> int:
        """Its exit code, once it has ended. Raises subprocess.TimeoutExpired when it does not."""
        process = self._running()
        process.wait(timeout_s)
        process.communicate()
        self._process = None
        return process.returncode

    @property
    def said(self) -> str:
        """What it has written on its standard error since it was started."""
        self._log.seek(0)
        return self._log.read()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """Give everything back, whatever state it is in."""
        for made in self._clients.values():
            made.close()
        if self._process is not None:
            _end(self._process)
            self._process = None
        self._log.close()

    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None, "it is not running"
        return self._process


def eventyard(
    *arguments: str, variables: Mapping[str, str] | None = None, stderr: IO[str] | int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """The command line of this checkout, begun; its outputs are pipes, unless told otherwise."""
    return subprocess.Popen(
        [sys.executable, "-m", "eventyard", *arguments],
        env=environment(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without anybody's AWS settings, with this checkout's sources and these variables."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EVENTYARD_"))}
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return {**inherited, "PYTHONPATH": path, "AWS_EC2_METADATA_DISABLED": "true", **(variables or {})}


def client(service: str, endpoint: str, **options: Any) -> Any:
    """A boto3 client of the server at `endpoint`; `options` are the session's, or `config`."""
    config = {"retries": {"total_max_attempts": 1}, "connect_timeout": 5, "read_timeout": 60}
    config.update(options.pop("config", {}))
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
    session = boto3.session.Session(**{**keys, **options})
    return session.client(service, endpoint_url=endpoint, config=Config(**config))


def _first_line(process: subprocess.Popen[str]) -> str:
    """What it prints first; empty when it ends, or is not ready in time."""
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], START_TIMEOUT_S)
    return process.stdout.readline() if readable else ""


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


class Deadline:
    """A limit in real time for a condition that has no notification of its own; each look has to wait for something."""

    def __init__(self, seconds: float, what: str) -> None:
        self._ends = time.monotonic() + seconds
        self._what = what

    def check(self) -> None:
        """Raises AssertionError when the time is up."""
        assert time.monotonic() < self._ends, f"not in time: {self._what}"

    @property
    def left_s(self) -> float:
        return max(0.0, self._ends - time.monotonic())
