"""Every page of the console in a real browser, wide and narrow, light and dark: nothing is cut, nothing complains."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from eventyard.console.navigation import MENU
from eventyard.engine.keys import read_credentials
from tests.support import console_shop
from tests.support.browser import WIDTHS, screen
from tests.support.server import ServerProcess

pytestmark = pytest.mark.slow

PATHS = [entry.address.removeprefix("/_eventyard") for entry in MENU]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with a shop whose orders go well and badly; tests look, and place further orders."""
    server = ServerProcess(Path(tmp_path_factory.mktemp("shop")) / "data").start()
    console_shop.furnish(server.client)
    console_shop.place_orders(server.client, 40)
    console_shop.lose_some(server.client)
    yield server
    server.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_menu_is_sound(shop: ServerProcess, browser: Browser, path: str, width: int, scheme: str) -> None:
    with screen(browser, shop.endpoint, width=width, scheme=scheme) as seen:
        page = seen.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(300)  # what moves may move first
        assert seen.faults() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_behind_an_event_are_sound(shop: ServerProcess, browser: Browser, width: int) -> None:
    with screen(browser, shop.endpoint, width=width) as seen:
        page = seen.open("/stream?text=order-0036&source=shop")
        page.locator("#stream a").first.click()
        expect(page.locator(".tree")).to_contain_text("to-nowhere")
        assert seen.faults() == []
        page.get_by_role("link", name="Its trace").click()
        expect(page.locator(".waterfall")).to_contain_text("to-nowhere")
        assert seen.faults() == []
        page.locator(".waterfall a", has_text="to-nowhere").first.click()
        expect(page.locator("figure.graph")).to_contain_text("nowhere-dlq")
        assert seen.faults() == []


def test_what_is_accepted_appears_by_itself_unless_it_is_paused(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/stream?text=order-5&source=shop")
        expect(page.locator("#live-text")).to_have_text("live")
        rows = page.locator("#stream tr", has_text="order placed")
        console_shop.place_orders(shop.client, 2, first=5001)
        expect(rows).to_have_count(2)
        page.keyboard.press("p")
        console_shop.place_orders(shop.client, 3, first=5003)
        expect(page.locator("#live-text")).to_have_text("paused, 3 new")
        expect(rows).to_have_count(2)
        page.keyboard.press("p")
        expect(rows).to_have_count(5)


def test_the_map_moves_with_what_happens_and_leads_to_what_it_shows(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/map")
        expect(_node(page.locator("#map"), "nowhere-dlq")).to_have_class("node glow kind-dead-letters")
        expect(page.locator("#troubles li", has_text="nowhere-dlq")).to_contain_text("waiting")
        console_shop.place_orders(shop.client, 10, first=6001)
        expect(_node(page.locator("#map"), "to-letters")).to_contain_text(re.compile(r"\d/(s|min)"))
        expect(page.locator(".edge.bad").first).to_be_visible()
        shop.client("sqs").create_queue(QueueName="made-meanwhile")
        expect(_node(page.locator("#map"), "made-meanwhile")).to_be_visible(timeout=20_000)
        page.keyboard.press("/")
        page.keyboard.type("letters")
        expect(_node(page.locator("#map"), "to-stock")).to_have_class("node busy kind-rule faded")
        _node(page.locator("#map"), "to-letters").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("to-letters")


def test_keys_walk_open_and_explain(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint) as seen:
        page = seen.open("/stream?text=order-00")
        for _ in range(3):
            page.keyboard.press("j")
        page.keyboard.press("k")
        chosen = page.locator("tr.chosen")
        expect(chosen).to_have_count(1)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        expect(page.locator("[data-search]")).to_be_focused()
        page.keyboard.press("Escape")
        address = chosen.locator("a").first.get_attribute("href")
        chosen.locator("a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address}")


def test_the_theme_is_kept(shop: ServerProcess, browser: Browser) -> None:
    with screen(browser, shop.endpoint, scheme="light") as seen:
        page = seen.open("/")
        page.get_by_role("button", name="Light or dark").click()
        seen.open("/traces")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 24)"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_strict_server_is_entered_with_a_key(
    strict_server: ServerProcess, tmp_path: Path, browser: Browser, width: int
) -> None:
    access_key, secret = next(iter(read_credentials(tmp_path / "data").items()))
    with screen(browser, strict_server.endpoint, width=width) as seen:
        page = seen.open("/map")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
        assert seen.faults() == []
        page.get_by_label("Access key").fill(access_key)
        page.get_by_label("Secret").fill(secret)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Map")
        assert seen.faults() == []
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def _node(graph: Locator, name: str) -> Locator:
    return graph.locator(f'a.node[data-name="{name}"]')
