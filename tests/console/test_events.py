"""An event's page: what it led to, why a rule did not match, and what can be done about it; traces of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.conftest import Pages
from tests.support import console_shop
from tests.support.platform import RunningPlatform


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A shop with ten orders; every test only looks, or sends an order of its own."""
    platform = RunningPlatform(Path(tmp_path_factory.mktemp("shop")))
    console_shop.build(platform.client)
    console_shop.place_orders(platform.client, 10)
    pages = Pages(platform)
    yield pages
    pages.http.close()
    platform.close()


def id_of(shop: Pages, order: str) -> str:
    return shop.json(f"/stream?text={order}&source=shop")["events"][0]["id"]


def test_an_event_shows_what_it_led_to_down_to_its_last_effect(shop: Pages) -> None:
    told = shop.json(f"/events/{id_of(shop, 'order-0004')}?format=json")
    shown = shop.http.get(f"/events/{id_of(shop, 'order-0004')}?format=json", headers={"accept": "text/html"}).json()
    assert told["event"]["detail"]["orderId"] == "order-0004", "programs keep their own page"
    [bus] = shown["tree"]
    assert (bus["kind"], bus["name"]) == ("bus", "orders")
    rules = {hop["name"]: hop for hop in bus["children"] if hop["kind"] == "rule"}
    assert rules["to-warehouse"]["outcome"] == "delivered"
    assert (rules["to-nowhere"]["outcome"], rules["to-nowhere"]["reason"].split(":")[0]) == (
        "dead-lettered",
        "QueueDoesNotExist",
    )
    [topic] = rules["to-letters"]["children"]
    assert [hop["outcome"] for hop in topic["children"]] == ["delivered", "filtered"]
    page = shop.html(f"/events/{id_of(shop, 'order-0004')}")
    assert "QueueDoesNotExist" in page
    assert "Its dead letter is in nowhere-dlq." in page


def test_an_event_shows_why_a_rule_did_not_match(shop: Pages) -> None:
    page = shop.html(f"/events/{id_of(shop, 'order-0001')}")
    assert "did not match" in page
    assert "<code>detail.total</code> wanted" in page


def test_an_event_is_sent_again_with_what_was_changed(shop: Pages) -> None:
    event_id = id_of(shop, "order-0002")
    detail = json.dumps({"orderId": "order-9002", "number": 2, "item": "mended", "total": 1})
    form = {"bus": "orders", "source": "shop", "detail_type": "order placed", "detail": detail}
    answer = shop.post(f"/events/{event_id}/send-again", **form)
    assert answer.status_code == 303
    again = answer.headers["location"].removeprefix("/_eventyard")
    assert "order-9002" in shop.html(again)
    assert "Sent as" not in shop.html(again), "the sentence is said once"


def test_a_refusal_is_said_on_the_page_it_came_from(shop: Pages) -> None:
    event_id = id_of(shop, "order-0002")
    answer = shop.post(f"/events/{event_id}/send-again", bus="orders", source="shop", detail_type="x", detail="no JSON")
    assert answer.headers["location"] == "/_eventyard/stream"
    assert "MalformedDetail" in shop.html("/stream")


def test_a_change_needs_the_token_of_a_page_and_its_origin(shop: Pages) -> None:
    address = f"/events/{id_of(shop, 'order-0002')}/send-again"
    for headers, form in (
        ({}, {"token": "0" * 32}),
        ({"origin": "https://evil.example"}, {}),
        ({"origin": "null"}, {}),
    ):
        answer = shop.post(address, headers, **form)
        assert answer.status_code == 403, answer.text


def test_an_event_is_replayed_from_an_archive_of_its_bus(shop: Pages) -> None:
    event_id = id_of(shop, "order-0003")
    assert shop.post(f"/events/{event_id}/replay", archive="all-orders").status_code == 303
    assert "has begun" in shop.html("/stream")
    [replay] = shop.platform.client("events").list_replays()["Replays"]
    assert replay["ReplayName"].startswith(f"console-{event_id}"[:40])


def test_an_event_that_nobody_knows_is_not_found(shop: Pages) -> None:
    assert "No event nobody is known" in shop.html("/events/nobody", 404)


def test_an_open_server_shows_an_event_of_any_account_that_a_trace_leads_to(shop: Pages) -> None:
    elsewhere = shop.platform.client("events", account="444444444444")
    entry = {"Source": "shop", "DetailType": "order placed", "Detail": "{}"}
    event_id = elsewhere.put_events(Entries=[entry])["Entries"][0]["EventId"]
    assert "no rule of default matched it" in shop.html(f"/events/{event_id}")


def test_a_trace_is_found_by_a_text_of_its_events_and_shown_hop_by_hop(shop: Pages) -> None:
    *_, found = shop.json("/traces?key=order-0005")["traces"]  # a replay of it has a trace of its own, found first
    assert found["hops"] > 5
    told = shop.json(f"/traces/{found['trace']}")
    assert told["rows"][0]["kind"] == "bus"
    assert all(0 <= row["left"] <= 1000 for row in told["rows"])
    assert found["trace"] in shop.html("/traces")
    assert "to-warehouse" in shop.html(f"/traces/{found['trace']}")
    assert "No trace 1-0-0 is known" in shop.html("/traces/1-0-0", 404)


def test_the_overview_says_what_needs_somebody(shop: Pages) -> None:
    matters = {matter["kind"]: matter for matter in shop.json("/")["attention"]}
    assert matters["dead-lettered"]["title"] == "to-nowhere → gone"
    assert matters["dead-lettered"]["places"][0]["label"].startswith("order-")
    assert matters["dead letters"]["title"] == "nowhere-dlq"
    assert matters["execution"]["why"] == "TooLarge: Somebody has to look at orders above 900."
    assert matters["execution"]["places"][0]["label"] == "order-0007"


def test_an_alarm_comes_first(shop: Pages) -> None:
    cloudwatch = shop.platform.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="dead-letters",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "warehouse-dlq"}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="dead-letters", StateValue="ALARM", StateReason="a dead letter came")
    first = shop.json("/")["attention"][0]
    assert (first["kind"], first["title"], first["why"]) == ("alarm", "dead-letters", "a dead letter came")


def test_the_map_shows_what_is_connected_and_what_glows(shop: Pages) -> None:
    told = shop.json("/map")
    nodes = {node["label"]: node for node in told["nodes"]}
    ways = {(edge["source"].rpartition(":")[2], edge["target"].rpartition(":")[2]): edge for edge in told["edges"]}
    assert nodes["nowhere-dlq"]["state"] == "glow"
    assert nodes["gone"]["lines"][0] == "does not exist"
    assert ways["rule/orders/to-nowhere", "gone"]["state"] == "bad"
    assert ways["rule/orders/to-warehouse", "warehouse"]["state"] == "busy"
    assert ways["warehouse", "warehouse-dlq"]["kind"] == "redrive"
    assert ("letters", "mails") in ways
    assert ("shop", "event-bus/orders") in ways
    assert ("fulfil", "warehouse") in ways


def test_a_thing_shows_its_neighbours_and_what_became_of_what_it_took(shop: Pages) -> None:
    rule = "/things/arn:aws:events:us-east-1:000000000000:rule/orders/to-nowhere"
    told = shop.json(rule)
    assert {node["label"] for node in told["graph"]["nodes"]} == {"orders", "to-nowhere", "gone", "nowhere-dlq"}
    assert told["configured"]["State"] == "ENABLED"
    assert told["recent"][0]["reason"].startswith("QueueDoesNotExist")
    assert "How it is configured" in shop.html(rule)


def test_every_page_shows_an_empty_account(shop: Pages) -> None:
    for path in ("/", "/map", "/stream", "/traces"):
        shop.html(f"{path}?account=333333333333")
    shop.html("/?account=000000000000")
