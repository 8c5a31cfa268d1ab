"""Functions in the console: their last hour, their invocations with log lines and errors, and a test invocation."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.conftest import Pages
from tests.support import console_shop
from tests.support.platform import RunningPlatform


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    platform = RunningPlatform(Path(tmp_path_factory.mktemp("shop")))
    console_shop.build(platform.client)
    pages = Pages(platform)
    yield pages
    pages.http.close()
    platform.close()


def invoke(shop: Pages, number: int) -> str:
    payload = f'{{"detail": {{"orderId": "order-{number}", "number": {number}, "item": "shoe"}}}}'
    shop.post("/functions/check-stock/invoke", type="RequestResponse", payload=payload)
    shop.platform.run(shop.platform.platform.engine.settle())
    return shop.html("/functions/check-stock")


def logged(shop: Pages, path: str) -> list[str]:
    """The lines of an invocation; they come a moment after it."""
    give_up_at_s = time.monotonic() + 15
    while not (found := shop.json(path)["lines"]):
        assert time.monotonic() < give_up_at_s, "no line came"
    return [line["text"] for line in found]


def test_a_function_is_tried_out_and_says_what_came_of_it(shop: Pages) -> None:
    assert "It said: {&#34;orderId&#34;: &#34;order-1&#34;" in invoke(shop, 1)
    assert "It failed (Unhandled)" in invoke(shop, 3)
    shop.post("/functions/check-stock/invoke", payload="no JSON")
    assert "Could not parse request body" in shop.html("/functions/check-stock")
    shop.post("/functions/check-stock/invoke", type="Sometimes")
    assert "The type is one of" in shop.html("/functions/check-stock")


def test_its_invocations_are_counted_listed_and_told_with_their_log_lines(shop: Pages) -> None:
    invoke(shop, 2)
    invoke(shop, 6)
    [row] = shop.json("/functions?text=stock")["functions"]
    assert (row["invocations"] >= 2, row["errors"] >= 1, row["throttles"]) == (True, True, 0)
    told = shop.json("/functions/check-stock")
    latest, before = told["invocations"][:2]
    assert (latest["status"], before["status"]) == ("error", "ok")
    assert latest["error"] == "ValueError: order-6: item shoe is not in stock"
    assert sum(bar["count"] for bar in told["histogram"]) >= 2
    path = f"/functions/check-stock/invocations/{latest['trace']}/{latest['id']}"
    lines = logged(shop, path)
    assert lines[0].startswith("START RequestId: ")
    assert "checking order-6" in lines
    assert not any("order-2" in line for line in lines), "only its own"
    assert "checking order-6" in shop.html(path)


def test_what_is_not_there_is_not_found(shop: Pages) -> None:
    shop.html("/functions/nobody", 404)
    shop.html("/functions/check-stock/invocations/1-0-0/0", 404)
    assert "No function fits" in shop.html("/functions?text=nobody")
