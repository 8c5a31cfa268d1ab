"""A person finds in the console which order failed, where and why, and repairs it there: in a real browser."""

from playwright.sync_api import Browser, expect

from tests.support import console_shop
from tests.support.browser import screen
from tests.support.server import ServerProcess


def test_a_person_sees_which_order_failed_and_why_and_sends_it_again(server: ServerProcess, browser: Browser) -> None:
    console_shop.build(server.client)
    console_shop.place_orders(server.client, 8)
    with screen(browser, server.endpoint) as seen:
        page = seen.open("/")
        matter = page.locator(".matter", has_text="to-nowhere → gone")
        expect(matter).to_contain_text("QueueDoesNotExist")
        matter.get_by_role("link", name="order-0007").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("order placed")
        expect(page.locator(".tree")).to_contain_text("Its dead letter is in nowhere-dlq.")
        page.get_by_text("Send it again, changed or not").click()
        detail = page.locator("textarea[name=detail]")
        detail.fill(detail.input_value().replace("959", "100"))
        page.get_by_role("button", name="Send again").click()
        expect(page.locator(".said")).to_contain_text("Sent as")
        expect(page.locator(".tree")).to_contain_text("to-warehouse")
        expect(page.locator(".tree")).not_to_contain_text("to-nowhere")
        page.wait_for_load_state()
        page.keyboard.press("g")
        page.keyboard.press("s")
        expect(page.get_by_role("heading", level=1)).to_have_text("Stream")
        assert seen.faults() == []
