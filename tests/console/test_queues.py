"""Queues in the console: by backlog, peeked at without receiving, dead letters with their reason, and mended."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.conftest import Pages
from tests.support import console_shop
from tests.support.platform import RunningPlatform


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A shop with ten orders, of which the warehouse has lost all; tests only look, or mend."""
    platform = RunningPlatform(Path(tmp_path_factory.mktemp("shop")))
    console_shop.build(platform.client)
    console_shop.place_orders(platform.client, 10)
    console_shop.lose_some(platform.client)
    pages = Pages(platform)
    yield pages
    pages.http.close()
    platform.close()


def depths(shop: Pages) -> dict[str, Any]:
    return {queue["name"]: queue for queue in shop.json("/queues")["queues"]}


def visible(shop: Pages, name: str) -> int:
    return int(depths(shop)[name]["visible"])


def test_queues_come_by_their_backlog_with_links_to_dead_letters_both_ways(shop: Pages) -> None:
    told = shop.json("/queues")["queues"]
    assert [one["backlog"] for one in told] == sorted((one["backlog"] for one in told), reverse=True)
    found = depths(shop)
    assert found["warehouse"]["dead_letters_to_name"] == "warehouse-dlq"
    assert found["warehouse-dlq"]["dead_letters_of"] == ["warehouse"]
    assert {one["name"] for one in shop.json("/queues?only=dead-letters")["queues"]} == {"warehouse-dlq", "nowhere-dlq"}
    assert "warehouse-dlq" in shop.html("/queues?text=ware")


def test_peeking_changes_nothing(shop: Pages) -> None:
    before = depths(shop)["mails"]
    first, again = shop.json("/queues/mails"), shop.json("/queues/mails")
    assert first["messages"] == again["messages"]
    assert len(first["messages"]) == 10
    assert depths(shop)["mails"] == before
    assert first["messages"][0]["receive_count"] == 0


def test_a_dead_letter_of_a_rule_says_why_and_leads_to_its_event(shop: Pages) -> None:
    [letter, *_] = shop.json("/queues/nowhere-dlq")["messages"]
    assert letter["reason"].startswith("NO_RESOURCE: ")
    told = shop.json(f"/queues/nowhere-dlq/messages/{letter['seq']}")
    assert told["event_id"] == json.loads(told["message"]["body"])["id"]
    assert any(hop["outcome"] == "dead-lettered" for hop in told["history"])
    assert "NO_RESOURCE" in shop.html(f"/queues/nowhere-dlq/messages/{letter['seq']}")


def test_a_dead_letter_that_was_received_too_often_says_from_where(shop: Pages) -> None:
    [letter, *_] = shop.json("/queues/warehouse-dlq")["messages"]
    assert letter["reason"] == "warehouse: received too often without being deleted"
    told = shop.json(f"/queues/warehouse-dlq/messages/{letter['seq']}")
    assert told["send_to"] == "warehouse"
    assert any(hop["kind"] == "queue" and hop["status"] == "fault" for hop in told["history"])


def test_an_edited_dead_letter_goes_back_to_its_queue(shop: Pages) -> None:
    before = visible(shop, "warehouse-dlq")
    [letter, *_] = shop.json("/queues/warehouse-dlq")["messages"]
    address = f"/queues/warehouse-dlq/messages/{letter['seq']}"
    assert shop.post(f"{address}/resend", to="warehouse", body="mended by hand").status_code == 303
    assert visible(shop, "warehouse-dlq") == before - 1
    sent = [one["body"] for one in shop.json("/queues/warehouse")["messages"]]
    assert "mended by hand" in sent
    assert "no longer in warehouse-dlq" in shop.html(address, 404)


def test_all_dead_letters_are_sent_back_at_a_rate_and_stopped(shop: Pages) -> None:
    assert shop.post("/queues/warehouse-dlq/move", rate="1").status_code == 303
    [move] = shop.json("/queues/warehouse-dlq")["moves"]
    assert (move["status"], move["per_second_max"]) == ("RUNNING", 1)
    assert "at most" in shop.html("/queues/warehouse-dlq")
    shop.post("/queues/warehouse-dlq/move/cancel", handle=move["handle"])
    assert shop.json("/queues/warehouse-dlq")["moves"][0]["status"] == "CANCELLED"
    shop.post("/queues/mails/move")
    assert "Dead Letter Queue" in shop.html("/stream"), "what AWS refuses is said"


def test_a_fifo_dead_letter_is_taken_only_from_the_front(shop: Pages) -> None:
    url = shop.platform.client("sqs").create_queue(QueueName="lane.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for number in range(12):
        body = {"MessageBody": str(number), "MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        shop.platform.client("sqs").send_message(QueueUrl=url, **body)
    told = shop.json("/queues/lane.fifo")["messages"]
    shop.post(f"/queues/lane.fifo/messages/{told[11]['seq']}/delete")
    assert "only its first messages" in shop.html("/stream")
    shop.post(f"/queues/lane.fifo/messages/{told[1]['seq']}/delete")
    left = shop.json("/queues/lane.fifo")["messages"]
    assert {one["body"] for one in left} == {str(number) for number in range(12) if number != 1}
    assert {one["state"] for one in left} == {"visible"}, "the others went back at once"


def test_a_queue_that_is_not_there_is_not_found(shop: Pages) -> None:
    assert "There is no queue nobody" in shop.html("/queues/nobody", 404)
    assert shop.json("/queues?account=333333333333")["queues"] == []
    shop.html("/queues?account=000000000000")
