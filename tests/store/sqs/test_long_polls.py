"""Long polls: who waits gets a message as soon as there is one."""

from tests.support.engine import Platform
from tests.support.sqs import Queues


def wait(platform: Platform, url: str, **params: object) -> object:
    return platform.begin("sqs", "ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20, **params)


def bodies(waiting: object) -> list[str]:
    return [message["Body"] for message in waiting.result().get("Messages", [])]  # type: ignore[attr-defined]


def test_a_waiting_receiver_gets_the_message_that_is_sent(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    waiting = wait(platform, url)
    assert not waiting.done()  # type: ignore[attr-defined]
    sqs.send(url, "one")
    assert bodies(waiting) == ["one"]


def test_a_waiting_receiver_is_told_when_its_time_is_up(sqs: Queues, platform: Platform) -> None:
    waiting = wait(platform, sqs.create())
    platform.advance(19_999)
    assert not waiting.done()  # type: ignore[attr-defined]
    platform.advance(1)
    assert waiting.result() == {}  # type: ignore[attr-defined]


def test_a_waiting_receiver_gets_a_delayed_message_when_it_is_due(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    waiting = wait(platform, url)
    sqs.send(url, "one", DelaySeconds=7)
    platform.advance(6_999)
    assert not waiting.done()  # type: ignore[attr-defined]
    platform.advance(1)
    assert bodies(waiting) == ["one"]


def test_a_waiting_receiver_gets_a_message_that_is_given_back(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    sqs.send(url, "one")
    (held,) = sqs.receive(url)
    waiting = wait(platform, url)
    sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=held["ReceiptHandle"], VisibilityTimeout=0)
    assert bodies(waiting) == ["one"]


def test_a_waiting_receiver_gets_a_message_whose_visibility_timed_out(sqs: Queues, platform: Platform) -> None:
    for name in ("orders", "orders.fifo"):
        more = {"ContentBasedDeduplication": "true"} if name.endswith(".fifo") else {}
        url = sqs.create(name, VisibilityTimeout="5", **more)
        sqs.send(url, "one", **({"MessageGroupId": "g"} if more else {}))
        sqs.receive(url)
        waiting = wait(platform, url)
        platform.advance(5_000)
        assert bodies(waiting) == ["one"]


def test_a_waiting_receiver_gets_the_next_of_a_group_when_the_first_is_deleted(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("orders.fifo", ContentBasedDeduplication="true")
    sqs.send(url, "one", MessageGroupId="g")
    sqs.send(url, "two", MessageGroupId="g")
    (first,) = sqs.receive(url, MaxNumberOfMessages=1)
    waiting = wait(platform, url)
    sqs.delete(url, first)
    assert bodies(waiting) == ["two"]


def test_the_queue_says_for_how_long_to_wait_by_default(sqs: Queues, platform: Platform) -> None:
    url = sqs.create(ReceiveMessageWaitTimeSeconds="3")
    waiting = platform.begin("sqs", "ReceiveMessage", QueueUrl=url)
    platform.advance(2_999)
    assert not waiting.done()
    platform.advance(1)
    assert waiting.result() == {}
