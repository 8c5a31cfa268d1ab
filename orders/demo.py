"""`make demo`: a thousand orders from event to effect, on a server of its own with a fresh data folder.

    python -m orders.demo [--orders 1000] [--keep] [--endpoint URL]

With `--endpoint` it runs against a server that is already there. It ends with 0 only when the account adds up.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from orders.account import (
    Check,
    check_copies,
    check_doors,
    check_effects,
    check_executions,
    check_paths,
    check_replay,
    check_report,
)
from orders.alerts import await_alarms
from orders.effects import given_up, read_effects
from orders.outcome import CAPTURED, FULFILLED, REFUNDED, Flow, Observer
from orders.server import serving, trace
from orders.shop import Order, Published, make_changes, make_orders, nobodys_order, publish
from orders.shown import show, show_account
from orders.stack.clients import Clients, batches
from orders.stack.deploy import Deployed, deploy
from orders.stack.machine import change_payment_timeout
from orders.stack.topology import PAYMENT_TIMEOUT_S
from orders.steps import (
    await_payment_pages,
    await_quiet,
    make_report,
    pay_badly,
    pay_by_stripe,
    replay_everything,
    take_copies,
)
from orders.stripe import Stripe

SEED = 20260201
ACCOUNT = "000000000000"
SECOND_ACCOUNT = "222222222222"
REGION = "us-east-1"
REPLAYED = ("order.placed", "order.updated", "order.cancelled", CAPTURED, REFUNDED, FULFILLED)
ORDERS_AT_ONCE = 50
HASTY_PAYMENT_TIMEOUT_S = 5
"""How long the orders wait that are not to be paid in time, where nobody wants to wait for hours. The others have the
hours, so that the account is the same however slow the machine is."""

Advance = Callable[[int], None]


def main() -> int:
    """Run the demo; 0 when no event was lost and everything adds up."""
    options = _options()
    console = Console()
    with serving(options.endpoint, is_kept=options.keep, console=console) as endpoint:
        began = time.monotonic()
        flows, checks = Demo(endpoint, console).run(options.orders)
        console.print(f"{options.orders:,} orders in {time.monotonic() - began:.0f} s, replay included.")
        console.print("A latency is from just before PutEvents to the written effect; all orders")
        console.print("are placed at once, so it holds the wait behind the orders before.")
        is_right = all(check.is_right for check in checks) and all(flow.lost == 0 for flow in flows)
        if not is_right:
            console.print("[bold red]The account does not add up.")
        return 0 if is_right else 1


class Demo:
    """One run against one server: the steps, with a bar each."""

    def __init__(self, endpoint: str, console: Console) -> None:
        self._endpoint = endpoint
        self._console = console
        self._clients = _clients(endpoint, ACCOUNT)
        self._second = _clients(endpoint, SECOND_ACCOUNT)

    def run(self, count: int) -> tuple[list[Flow], list[Check]]:
        """Go through all steps and show the account; gives back what it says."""
        since = datetime.now(UTC) - timedelta(seconds=1)
        orders = make_orders(count, seed=SEED)
        published = Published()
        columns = (TextColumn("{task.description:<46}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console) as progress:
            deployed, stripe = self._deploy(progress)
            statuses = self._publish(progress, orders, published, stripe)
            self._settle(progress, deployed, "let every order come to its end")
            late = [order for order in orders if order.kind == "late"]
            statuses += pay_by_stripe(self._clients, stripe, late)
            self._settle(progress, deployed, "let late payments be given back")
            observer = Observer(self._clients, deployed)
            with _step(progress, "make the daily report by schedule", 1) as advance:
                report = make_report(self._clients)
                advance(1)
            before = read_effects(self._clients, observer, self._endpoint, _ids(orders))
            observer.note_replay()
            told = [self._trace(*one) for one in observer.remarkable(published.accepted)]
            with _step(progress, "replay the archive to everybody", before.archived) as advance:
                replay_everything(self._clients, since=since)
                advance(before.archived)
            self._settle(progress, deployed, "let everybody absorb the replay")
            heard = self._await_alarms(progress, deployed)
        after = read_effects(self._clients, observer, self._endpoint, _ids(orders))
        taken = statuses.count(200)
        flows = observer.flows(published.accepted, told=before.told, stripe=taken, replayed=REPLAYED)
        ways = check_paths(published, before)
        checks = [
            *check_doors(published, orders, statuses),
            *check_effects(published, before),
            *check_executions(published, after, is_replayed=True),
            *check_copies(published, take_copies(self._second, deployed)),
            *check_report(report, before),
            Check("deliveries and executions given up", "0", str(given_up(self._clients, deployed))),
            *check_replay(before, after),
            heard,
        ]
        show(self._console, flows, published, before.told, taken)
        show_account(self._console, ways, checks)
        self._show_traces(told, heard)
        return flows, [*ways, *checks]

    def _deploy(self, progress: Progress) -> tuple[Deployed, Stripe]:
        with _step(progress, "create the order system", 7) as advance:
            stripe = Stripe.connect(self._endpoint)
            deployed = deploy(
                self._clients, self._second, told=lambda step: advance(1), payment_timeout_s=HASTY_PAYMENT_TIMEOUT_S
            )
            return deployed, stripe

    def _publish(self, progress: Progress, orders: list[Order], published: Published, stripe: Stripe) -> list[int]:
        changes = make_changes(orders, seed=SEED)
        hasty = [order for order in orders if order.kind in ("unpaid", "late")]
        others = [order for order in orders if order not in hasty]
        statuses = [stripe.tell(nobodys_order())]
        with _step(progress, "place orders", len(orders)) as advance:
            publish(self._clients, hasty, published, advance)
            await_payment_pages(self._clients, hasty)
            change_payment_timeout(self._clients, PAYMENT_TIMEOUT_S)
            for group in batches(others, ORDERS_AT_ONCE):
                publish(self._clients, group, published, advance)
        with _step(progress, "update and cancel some of them", len(changes)) as advance:
            publish(self._clients, changes, published, advance)
        paid = _paid(orders)
        with _step(progress, "pay some by Stripe", len(paid)) as advance:
            statuses += pay_by_stripe(self._clients, stripe, paid, advance)
        return statuses + pay_badly(stripe, paid)

    def _await_alarms(self, progress: Progress, deployed: Deployed) -> Check:
        task = progress.add_task("let every dead letter raise its alarm", total=None)
        check = await_alarms(
            self._clients, deployed, lambda loud, all: progress.update(task, total=all, completed=loud)
        )
        progress.stop_task(task)
        return check

    def _trace(self, title: str, order_id: str) -> str:
        """What `eventyard trace` prints of an order, under a title."""
        return f"{title}: eventyard trace {order_id}\n{trace(self._endpoint, order_id, width=self._console.width)}"

    def _show_traces(self, told: list[str], heard: Check) -> None:
        for text in told:
            self._console.print(text, markup=False, highlight=False)
        if heard.is_right:
            self._console.print(f"Each dead letter has raised its alarm: {heard.found}.")
        self._console.print(f"The console, while the server runs (KEEP=1): {self._endpoint}/_eventyard/")

    def _settle(self, progress: Progress, deployed: Deployed, name: str) -> None:
        task = progress.add_task(name, total=None)
        most = 1

        def told(left: int) -> None:
            nonlocal most
            most = max(most, left)
            progress.update(task, total=most, completed=most - left)

        await_quiet(self._clients, deployed, told)


@contextmanager
def _step(progress: Progress, name: str, total: int) -> Iterator[Advance]:
    task = progress.add_task(name, total=total)
    yield lambda count: progress.advance(task, count)
    progress.stop_task(task)


def _paid(orders: list[Order]) -> list[Order]:
    """Those whose customers pay by Stripe, and in time."""
    return [order for order in orders if order.kind == "good" and order.is_paid_by_stripe]


def _ids(orders: list[Order]) -> set[str]:
    return {order.order_id for order in orders if order.order_id}


def _clients(endpoint: str, account: str) -> Clients:
    return Clients.make(
        account=account,
        region=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=account,
        aws_secret_access_key="test",
    )


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
