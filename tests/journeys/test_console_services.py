"""The console's pages of services in a real browser: looked at wide and narrow, and used as an operator would."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.support import console_shop
from tests.support.browser import WIDTHS, Screen, screen
from tests.support.server import ServerProcess

pytestmark = pytest.mark.slow

BEHIND: dict[str, tuple[str, str]] = {
    "a queue": ("/queues", "#list .what a:text-is('warehouse-dlq')"),
    "a dead letter": ("/queues/nowhere-dlq", "table.rows .what a"),
    "an execution": ("/executions?status=FAILED", "#list .what a"),
    "a function": ("/functions", "#list .what a"),
    "an invocation": ("/functions/check-stock", "#invocations .what a"),
    "an alarm": ("/alarms", "#list .what a"),
    "a metric": ("/metrics?namespace=AWS/SQS", "table.rows .what a"),
    "a dashboard": ("/dashboards", ".what a"),
    "an archive": ("/archives", ".what a"),
    "a schedule": ("/schedules", ".what a"),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(Path(tmp_path_factory.mktemp("shop")) / "data").start()
    console_shop.furnish(server.client)
    console_shop.place_orders(server.client, 20)
    console_shop.lose_some(server.client)
    yield server
    server.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", BEHIND)
def test_a_page_behind_a_list_is_sound(shop: ServerProcess, browser: Browser, name: str, width: int) -> None:
    path, link = BEHIND[name]
    with screen(browser, shop.endpoint, width=width, scheme="dark" if width == WIDTHS[0] else "light") as seen:
        page = seen.open(path)
        page.locator(link).first.click()
        page.wait_for_load_state()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(300)  # charts and graphs are drawn
        assert seen.faults() == []


def test_a_person_mends_a_dead_letter_and_sends_the_others_back(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/queues/warehouse-dlq")
        page.locator("table.rows .what a").first.click()
        body = page.locator("textarea[name=body]")
        body.fill("mended in the browser")
        page.get_by_role("button", name="Send and delete here").click()
        expect(page.locator(".said")).to_contain_text("Sent to warehouse as")
        _agree(seen)
        page.get_by_role("button", name="Send all back").click()
        expect(page.locator("#depth progress")).to_have_attribute("value", "100")
        expect(page.locator("#depth .tiles dd").first).to_have_text("0")
        seen.open("/queues/warehouse")
        expect(page.locator("main")).to_contain_text("mended in the browser")
        assert seen.faults() == []


def test_a_click_on_a_state_opens_what_went_into_it(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/executions?status=SUCCEEDED")
        page.locator("#list .what a").first.click()
        state = page.locator(".states details:has(summary b:text-is('Pick'))")
        expect(state).not_to_have_attribute("open", "")
        page.locator('a.node[data-name="Pick"]').click()
        expect(state).to_have_attribute("open", "")
        expect(state).to_contain_text('"picked": true')
        assert seen.faults() == []


def test_a_person_redrives_what_failed(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/executions?status=FAILED")
        page.locator("#list .what a").first.click()
        page.get_by_role("button", name="Redrive").click()
        expect(page.locator(".said.done")).to_contain_text("goes on from where it failed")
        expect(page.locator(".head")).to_contain_text("redriven 1×")


def test_a_person_tries_a_function_out_and_reads_its_log(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/functions/check-stock")
        latest = page.locator("#invocations .what a").first
        before = latest.get_attribute("href") or ""
        page.locator("textarea[name=payload]").fill('{"detail": {"orderId": "by-hand", "number": 1, "item": "shoe"}}')
        page.get_by_role("button", name="Invoke").click()
        expect(page.locator(".said")).to_contain_text("by-hand")
        expect(latest).not_to_have_attribute("href", before, timeout=15_000)
        latest.click()
        expect(page.locator(".head")).to_contain_text("Invocation")
        expect(_reloaded(seen, ".log")).to_contain_text("checking by-hand")


def test_a_window_of_an_archive_is_chosen_by_dragging_and_replayed(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/archives/all-orders")
        before = page.locator("input[name=from]").input_value()
        over = page.locator("#timeline .u-over")
        box = over.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 5, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 50, steps=4)
        page.mouse.up()
        expect(page.locator("input[name=from]")).not_to_have_value(before)
        _agree(seen)
        page.get_by_role("button", name="Replay").click()
        expect(page.locator("#replays")).to_contain_text("completed", timeout=30_000)
        assert seen.faults() == []


def test_an_event_is_sent_from_a_schema(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint, width=WIDTHS[1]) as seen:
        page = seen.open("/send")
        page.locator("select[name=schema]").select_option("shop/shop@OrderPlaced")
        page.get_by_role("button", name="Make a sample").click()
        expect(page.locator("textarea[name=detail]")).to_have_value(re.compile('"sku": "A1"'))
        page.locator("select[name=bus]").select_option("orders")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("order placed")
        assert seen.faults() == []


def test_a_mail_is_seen_and_none_of_its_scripts_runs(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/mail")
        page.locator("#list .what a").first.click()
        expect(page.frame_locator("iframe.mail").locator("h1")).to_have_text("Thank you")
        assert all("Blocked script" in complaint for complaint in seen.complaints)


def _agree(seen: Screen) -> None:
    """Say yes to the next question."""
    seen.page.once("dialog", lambda dialog: dialog.accept())


def _reloaded(seen: Screen, css: str) -> Locator:
    """The part of the page, once it is there after loading the page again: log lines come a moment later."""
    for _ in range(40):
        if seen.page.locator(css).count():
            break
        seen.page.reload()
    return seen.page.locator(css)
