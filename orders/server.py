"""A server for the demo: one of its own on a fresh folder, or the one that is there."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

READY_TIMEOUT_S = 30
STOP_TIMEOUT_S = 30
TRACE_TIMEOUT_S = 60
PORT = 4566


@contextmanager
def serving(endpoint: str | None, *, is_kept: bool, console: Console) -> Iterator[str]:
    """The address of a server of our own on a free port, or of the one given. A kept one goes on until Ctrl-C."""
    if endpoint is not None:
        yield endpoint
        return
    port = PORT if is_kept and _is_free(PORT) else _free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="eventyard-demo-") as folder:
        command = [str(Path(sys.executable).with_name("eventyard")), "up", "--port", str(port), "--data", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait_until_ready(server, address)
            yield address
            if is_kept:
                console.print(
                    f"The server stays at {address} until Ctrl-C; try: AWS_ENDPOINT_URL={address} aws events list-rules"
                )
                _wait_for_interrupt(server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=STOP_TIMEOUT_S)


def trace(address: str, key: str, *, width: int) -> str:
    """What `eventyard trace` prints of the key."""
    _, _, place = address.partition("://")
    host, _, port = place.rpartition(":")
    command = [str(Path(sys.executable).with_name("eventyard")), "trace", key, "--host", host, "--port", port]
    environment = {**os.environ, "COLUMNS": str(width)}
    ended = subprocess.run(
        command, env=environment, check=False, capture_output=True, text=True, timeout=TRACE_TIMEOUT_S
    )
    return ended.stdout or ended.stderr


def _wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit("The server did not start; its own words are above.")
        try:
            with urllib.request.urlopen(f"{address}/_eventyard/ready", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"The server was not ready within {READY_TIMEOUT_S} s.")


def _wait_for_interrupt(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait()
    except KeyboardInterrupt:
        return


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
