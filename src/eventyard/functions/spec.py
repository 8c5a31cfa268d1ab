"""The plain values that go into the runner and come out of it, and the one thing it asks of the outside: a socket."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from eventyard.base.http import Handler

Key = tuple[str, str, str, str]
"""Arn, version, digest of the code, revision: environments with the same key can stand in for each other."""

LOG_TAIL_BYTES = 4_096  # https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, LogType
RESPONSE_BYTES_MAX = 6_291_556  # 6 MiB and 100 bytes: the number that AWS's own error message names


class Served(Protocol):
    """A listening socket; `close` ends its connections too."""

    @property
    def port(self) -> int: ...

    def close(self) -> None: ...


class Serve(Protocol):
    """Listens on `host` (a free port when `port` is 0) and hands each request to `handler`."""

    async def __call__(self, handler: Handler, *, host: str, port: int) -> Served: ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the function's SDK signs with."""

    access_key_id: str
    secret_access_key: str
    session_token: str = ""


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One version of one function, with all that an environment is made from.

    Shapes: `code_dir` holds the unpacked code and is never written to by us; `revision` changes with every change of
    the configuration; `python_paths` are searched after the function's own code and the standard library;
    `endpoint_url` is where the function's SDK finds us, `None` leaves it to the function's own settings.
    """

    name: str
    version: str
    arn: str
    account: str
    region: str
    handler: str
    runtime: str
    code_dir: Path
    code_sha256: str
    revision: str
    memory_mb: int
    timeout_ms: int
    log_group: str
    credentials: Credentials
    environment: Mapping[str, str] = field(default_factory=dict)
    python_paths: tuple[Path, ...] = ()
    endpoint_url: str | None = None
    is_traced: bool = False

    @property
    def key(self) -> Key:
        """Environments with the same key can stand in for each other."""
        return (self.arn, self.version, self.code_sha256, self.revision)


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """The runner's own limits.

    A function whose memory alone exceeds `memory_total_mb` still runs, alone. `work_dir` gets a folder per environment,
    which goes with it. `init_timeout_ms` comes on top of the function's time-out for the first invocation, as on AWS.
    No more than `starts_max` environments start at a time, but for functions that have none: a start is all processor
    time, so more at once than there are cores are ready no sooner.
    """

    work_dir: Path
    environments_max: int = 64
    starts_max: int = max(2, os.cpu_count() or 1)
    memory_total_mb: int = 16_384
    idle_ms: int = 600_000
    init_timeout_ms: int = 10_000
    log_bytes_max: int = 4 * 1024 * 1024
    memory_check_ms: int = 100
    xray_daemon_address: str = "127.0.0.1:2000"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One log event; `message` ends with a newline, as the events that Lambda writes to CloudWatch Logs do."""

    at_ms: int
    message: str


@dataclass(frozen=True, slots=True)
class Invocation:
    """What became of one invocation.

    Shapes: `payload` is the answer, or the error's JSON when `status` is `error`; `function_error` is `Unhandled` or
    `None` (AWS's `Handled` belongs to a Node.js version long gone); `log` holds every event since the environment's
    last invocation; `init_ms` is `None` for a warm one; `runtime_used` names the interpreter that really ran.
    `is_fault`: the function was ended rather than failed (a time-out, a crash, too much memory, too long an answer).
    """

    status: Literal["ok", "error"]
    payload: bytes
    function_error: Literal["Unhandled"] | None
    executed_version: str
    log: tuple[LogLine, ...]
    log_stream: str
    duration_ms: float
    billed_ms: int
    init_ms: float | None
    max_memory_mb: int
    runtime_used: str
    is_fault: bool = False

    @property
    def log_tail(self) -> bytes:
        """The last 4 KB of the log, which `LogType=Tail` answers."""
        text = "".join(line.message for line in self.log if not line.message.startswith("INIT_START "))
        return text.encode()[-LOG_TAIL_BYTES:]
