"""Pictures of the console's main pages in docs/console: a small shop with failures, wide and narrow, one page dark.

    make screenshots

The same shop as in the tests, on a server of its own; the pictures differ from run to run in times and ids alone.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from eventyard.console.navigation import MENU
from tests.support import console_shop
from tests.support.browser import ABSENT, WIDTHS, Screen, browsing, chromium, screen
from tests.support.server import ServerProcess

INTO = Path(__file__).parents[2] / "docs" / "console"
BEHIND = {
    "dead-letter": ("/queues/nowhere-dlq", "table.rows .what a"),
    "execution": ("/executions?status=FAILED", "#list .what a"),
    "alarm": ("/alarms", "#list .what a"),
    "letter": ("/mail", "#list .what a"),
}
"""Pages behind a list: the first of it."""
DARK = ("map",)
"""Pages of which a dark picture is made too."""


def main() -> int:
    """Make them all; 1 where there is no browser."""
    if chromium() is None:
        print(ABSENT, file=sys.stderr)  # noqa: T201  (a command line of its own)
        return 1
    INTO.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(Path(folder) / "data").start()
        try:
            _fill(server)
            _take_all(server)
        finally:
            server.close()
    return 0


def _fill(server: ServerProcess) -> None:
    console_shop.furnish(server.client)
    console_shop.place_orders(server.client, 40)
    console_shop.lose_some(server.client)
    console_shop.place_orders(server.client, 8, first=41)


def _take_all(server: ServerProcess) -> None:
    with browsing() as browser:
        for width in WIDTHS:
            _take_width(browser, server.endpoint, width)
        for name in DARK:
            with screen(browser, server.endpoint, scheme="dark") as seen:
                _take(seen, f"/{name}", INTO / f"{name}-dark.png")


def _take_width(browser: Browser, address: str, width: int) -> None:
    with screen(browser, address, width=width) as seen:
        for name, path in _pages(seen):
            _take(seen, path, INTO / f"{name}-{width}.png")


def _pages(seen: Screen) -> Iterator[tuple[str, str]]:
    """Each page of the menu, and those behind an order that went badly."""
    for entry in MENU:
        yield entry.label.lower().replace(" ", "-"), entry.address.removeprefix("/_eventyard")
    page = seen.open("/stream?text=order-0036&source=shop")
    event = page.locator("#stream a").first.get_attribute("href") or ""
    yield "event", event.removeprefix("/_eventyard")
    trace = seen.open(event.removeprefix("/_eventyard")).locator(".actions a").first.get_attribute("href") or ""
    yield "trace", trace.removeprefix("/_eventyard")
    for name, (path, link) in BEHIND.items():
        href = seen.open(path).locator(link).first.get_attribute("href") or ""
        yield name, href.removeprefix("/_eventyard")
    yield "archive", "/archives/all-orders"
    yield "dashboard", "/dashboards/shop"
    yield "function", "/functions/check-stock"


def _take(seen: Screen, path: str, into: Path) -> None:
    page = seen.open(path)
    page.wait_for_timeout(800)  # charts and graphs are drawn, and the live dot is green
    page.screenshot(path=into)


if __name__ == "__main__":
    raise SystemExit(main())
