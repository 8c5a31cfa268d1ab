"""Archives with replays, schedules with their firings, mail, and sending an event, in the console."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.console.conftest import Pages
from tests.support import console_shop
from tests.support.platform import RunningPlatform


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    platform = RunningPlatform(Path(tmp_path_factory.mktemp("shop")))
    console_shop.build(platform.client)
    console_shop.write_letters(platform.client)
    console_shop.place_orders(platform.client, 5)
    platform.run(platform.platform.engine.settle())
    pages = Pages(platform)
    yield pages
    pages.http.close()
    platform.close()


def test_an_archive_is_a_timeline_from_which_a_window_is_replayed(shop: Pages) -> None:
    assert [one["name"] for one in shop.json("/archives")["archives"]] == ["all-orders"]
    told = shop.json("/archives/all-orders")
    assert sum(told["chart"]["series"][0]["values"]) == 5
    assert "to-letters" in {rule["name"] for rule in told["rules"]}
    window = {"from": "2020-01-01T00:00:00", "until": "2100-01-01T00:00:00"}
    rule = next(one["arn"] for one in told["rules"] if one["name"] == "to-letters")
    assert shop.post("/archives/all-orders/replay", **window, rule=rule).status_code == 303
    [replay] = shop.json("/archives/all-orders")["replays"]
    assert replay["state"] == "STARTING"
    assert "has begun" in shop.html("/archives/all-orders")
    shop.post("/archives/all-orders/cancel", replay=replay["name"])
    assert shop.json("/archives/all-orders")["replays"][0]["is_active"] is False
    shop.post("/archives/all-orders/replay", **{**window, "from": "yesterday"})
    assert "An instant is written like" in shop.html("/archives")
    shop.html("/archives/nobody", 404)


def test_a_schedule_shows_its_next_ten_firings(shop: Pages) -> None:
    told = {one["name"]: one for one in shop.json("/schedules")["schedules"]}
    nightly, off = told["nightly"], told["switched-off"]
    assert len(nightly["firings_at_ms"]) == 10
    assert {after - before for before, after in pairwise(nightly["firings_at_ms"])} == {24 * 3_600_000}
    assert off["firings_at_ms"] == []
    assert "cron(0 3 * * ? *)" in shop.html("/schedules")
    assert "The next ten firings" in shop.html("/schedules/default/nightly")
    assert "does not fire any more: it is disabled" in shop.html("/schedules/default/switched-off")
    shop.html("/schedules/default/nobody", 404)


def test_mail_is_shown_as_a_person_gets_it_without_scripts(shop: Pages) -> None:
    page = shop.html("/mail?text=thank")
    assert "Thank you" in page
    [mail] = shop.json("/mail?subject=thank")["mails"]
    page = shop.html(f"/mail/{mail['id']}")
    assert 'sandbox=""' in page
    assert "&lt;script&gt;" in page, "its HTML stands in an attribute"
    assert "No mail fits" in shop.html("/mail?text=nobody")
    shop.html("/mail/nobody", 404)


def test_an_event_is_sampled_from_a_schema_judged_and_sent(shop: Pages) -> None:
    told = shop.json("/send?schema=shop/shop@OrderPlaced")
    assert told["schemas"] == ["shop/shop@OrderPlaced"]
    sample = json.loads(told["entry"]["detail"])
    assert sample == {"orderId": "text", "number": 1, "lines": [{"sku": "A1"}]}
    form = {"schema": told["chosen"], "bus": "orders", "source": "shop", "detail_type": "order placed"}
    shop.post("/send", **form, detail=json.dumps({**sample, "number": "many"}))
    assert "It does not fit shop/shop@OrderPlaced" in shop.html("/send")
    shop.post("/send", **form, detail="nothing")
    assert "The detail is no JSON" in shop.html("/send")
    answer = shop.post("/send", **form, detail=json.dumps({**sample, "orderId": "by-hand"}))
    assert "by-hand" in shop.html(answer.headers["location"].removeprefix("/_eventyard"))
    assert "Make a sample" in shop.html("/send")
    shop.html("/send?schema=shop/nobody", 404)
