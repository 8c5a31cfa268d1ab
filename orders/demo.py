"""`make demo`: a thousand orders from event to effect, on a server of its own with a fresh data folder.

    python -m orders.demo [--orders 1000] [--keep] [--endpoint URL]

With `--endpoint` it runs against a server that is already there.
"""

import argparse
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
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from orders.outcome import Counter, Outcome
from orders.shop import Placed, make_orders, place
from orders.stack import CONSUMERS, Clients, deploy

SEED = 20260201
READY_TIMEOUT_S = 30
SETTLE_TIMEOUT_S = 300
POLL_S = 0.25
ACCOUNT = "000000000000"
REGION = "us-east-1"


def main() -> int:
    """Run the demo; 0 when no order was lost."""
    options = _options()
    console = Console()
    with _server(options.endpoint, is_kept=options.keep, console=console) as endpoint:
        clients = Clients.make(
            account=ACCOUNT,
            region=REGION,
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        outcomes, rate, refused = _run(clients, options.orders, console)
        _show(console, outcomes, rate, refused)
    return 0 if all(outcome.lost == 0 for outcome in outcomes) else 1


def _run(clients: Clients, count: int, console: Console) -> tuple[list[Outcome], float, int]:
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        creating = progress.add_task("create the order system", total=len(CONSUMERS) + 2)
        deployed = deploy(clients, told=lambda step: progress.advance(creating))
        orders = make_orders(count, seed=SEED)
        placing = progress.add_task("place orders", total=len(orders))
        began = time.monotonic()
        placed = place(clients, orders, lambda n: progress.advance(placing, n))
        settling = progress.add_task("orders with an outcome", total=len(placed.accepted) * len(CONSUMERS))
        outcomes, processed_s = _settle(Counter(clients, deployed), placed, began, progress, settling)
    rate = sum(outcome.processed for outcome in outcomes) / max(processed_s, 0.001)
    return outcomes, rate, placed.refused


def _settle(
    counter: Counter, placed: Placed, began: float, progress: Progress, task: int
) -> tuple[list[Outcome], float]:
    """Wait until every accepted event has an outcome; also gives back the seconds until the last was processed."""
    deadline = began + SETTLE_TIMEOUT_S
    processed, processed_s = -1, 0.0
    while True:
        outcomes = counter.count(placed)
        now = time.monotonic()
        if (count := sum(outcome.processed for outcome in outcomes)) != processed:
            processed, processed_s = count, now - began
        progress.update(task, completed=sum(outcome.settled for outcome in outcomes))
        if all(outcome.lost <= 0 for outcome in outcomes) or now > deadline:
            return outcomes, processed_s
        time.sleep(POLL_S)


def _show(console: Console, outcomes: list[Outcome], rate: float, refused: int) -> None:
    table = Table("", *(outcome.consumer for outcome in outcomes), title="What became of every order")
    rows = (
        ("placed", [str(outcome.placed) for outcome in outcomes]),
        ("processed", [str(outcome.processed) for outcome in outcomes]),
        ("duplicates absorbed", [str(outcome.absorbed) for outcome in outcomes]),
        ("dead-lettered", [str(outcome.dead_lettered) for outcome in outcomes]),
        ("  of these", ["\n".join(f"{n} {why}" for why, n in sorted(outcome.reasons.items())) for outcome in outcomes]),
        ("lost", [str(outcome.lost) for outcome in outcomes]),
        ("PutEvents to effect, p50", [f"{outcome.percentile_ms(50):,.0f} ms" for outcome in outcomes]),
        ("PutEvents to effect, p99", [f"{outcome.percentile_ms(99):,.0f} ms" for outcome in outcomes]),
    )
    for name, cells in rows:
        table.add_row(name, *cells)
    console.print(table)
    console.print(f"{rate:,.0f} effects/s; {refused} events refused by the bus at the door.")
    console.print("All orders are placed at once, so a latency holds the wait behind the orders before.")


@contextmanager
def _server(endpoint: str | None, *, is_kept: bool, console: Console) -> Iterator[str]:
    """A server of our own on a free port, or the one that is there. Kept ones go on until Ctrl-C."""
    if endpoint is not None:
        yield endpoint
        return
    port = 4566 if is_kept and _is_free(4566) else _free_port()
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
            server.wait(timeout=30)


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


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m orders.demo", description="A thousand orders from event to effect."
    )
    parser.add_argument("--orders", type=int, default=1000, help="how many orders to place (default: 1000)")
    parser.add_argument(
        "--keep", action="store_true", default=os.environ.get("KEEP") == "1", help="leave the server running"
    )
    parser.add_argument("--endpoint", help="use the server at this address instead of starting one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
