"""The order system on the real server: its demo's own count, and the ways in which such systems lose orders.

The numbers are those of the twelve ways in the order system's README.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from orders.stack.buses import AUDIT_RULE
from orders.stack.queues import letters_of
from orders.stack.topology import (
    AUDIT_TABLE,
    BUS,
    CLAIMS_TABLE,
    CONSUMERS,
    FAILURES_QUEUE,
    MACHINE,
    PAYMENT_TIMEOUT_S,
    PAYMENTS_TABLE,
    RECEIVES_MAX,
    SHIPMENTS_TABLE,
    TOPIC,
)
from orders.steps import executions
from tests.support.order_system import CAPTURE, Shop, order, second_version
from tests.support.server import ROOT, ServerProcess, environment

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    server = ServerProcess(tmp_path_factory.mktemp("shop") / "data").start()
    made = Shop(server)
    yield made
    made.close()
    server.close()


def given(order_id: str, **changes: Any) -> dict[str, Any]:
    """An order as the state machine gives it to its tasks."""
    placed = order(order_id)
    names = ("orderId", "customerId", "totalAmount", "currency", "items", "channel")
    return {**{name: placed[name] for name in names}, "correlationId": f"cor-{order_id}", **changes}


def test_the_demo_loses_no_order_and_its_money_adds_up():
    ended = subprocess.run(
        [sys.executable, "-m", "orders.demo", "--orders", "60"],
        cwd=ROOT,
        env={**environment(), "COLUMNS": "120"},
        check=False,
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (lost,) = (line for line in ended.stdout.splitlines() if line.split()[:1] == ["lost"])
    assert set(lost.split()[1:]) == {"0"}
    assert "NO" not in ended.stdout.split()
    (money,) = (line for line in ended.stdout.splitlines() if "captured - refunded = fulfilled" in line)
    assert money.split()[-1] == "yes"
    (replay,) = (line for line in ended.stdout.splitlines() if "done again by the replay" in line)
    assert replay.split()[-3:] == ["nothing", "nothing", "yes"]
    assert "Each dead letter has raised its alarm: stripe-payments-queue-dlq." in ended.stdout
    assert "The slowest order: eventyard trace ord-" in ended.stdout
    assert "An order that failed (out of stock): eventyard trace ord-" in ended.stdout
    assert "/_eventyard/" in ended.stdout


def test_way_1_a_service_that_fails_is_asked_again_by_the_machine_and_then_the_order_cancelled(shop: Shop):
    shop.place(order("ord-1", customerId="cust-unreachable"))
    assert shop.await_outcome("ord-1") == "bank unreachable"
    failed = [event for event in shop.history("ord-1") if event["type"] == "TaskFailed"]
    assert [event["taskFailedEventDetails"]["error"] for event in failed] == ["BankUnreachable"] * 4
    waited_s = [(b["timestamp"] - a["timestamp"]).total_seconds() for a, b in pairwise(failed)]
    assert [round(wait) for wait in waited_s] >= [2, 4, 8]


def test_way_1_and_8_a_payment_of_nobodys_order_is_tried_again_and_then_dead_with_its_reason(shop: Shop):
    assert shop.pay("ord-1-nobody") == 200
    letter = shop.await_letter("ord-1-nobody")
    assert letter["Reason"] == "OrderUnknown: no order ord-1-nobody is known"
    assert letter["Receives"] == "3"


def test_way_2_an_order_placed_again_under_another_event_has_one_execution_that_does_something(shop: Shop):
    shop.place(order("ord-2"))
    assert shop.await_outcome("ord-2") == "fulfilled"
    before = shop.stock()
    shop.place(order("ord-2"))
    item = shop.await_order("ord-2", "repeats")
    assert len(item["repeats"]["SS"]) == 1
    assert item["execution"]["S"] not in item["repeats"]["SS"]
    assert shop.stock() == before


def test_way_2_a_claim_outlives_the_dead_letter_queue(shop: Shop):
    shop.place(order("ord-2b", channel="web"))
    shop.await_outcome("ord-2b")
    shop.await_item(CLAIMS_TABLE, {"id": "count-orders#order.placed#ord-2b#1"}, "outcome")
    claims = shop.clients.dynamodb.scan(TableName=CLAIMS_TABLE)["Items"]
    url = shop.deployed.letters_url(CAPTURE)
    names = ["MessageRetentionPeriod", "CreatedTimestamp"]
    attributes = shop.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    letters_end_s = int(attributes["CreatedTimestamp"]) + int(attributes["MessageRetentionPeriod"])
    done = [claim for claim in claims if claim.get("status", {}).get("S") == "COMPLETED" or "consumer" in claim]
    assert {"consumer" in claim for claim in done} == {True, False}
    assert all(int(claim["expiration"]["N"]) > letters_end_s for claim in done)


@pytest.mark.parametrize(
    ("task", "states"),
    [
        ("ProcessPayment", ("payment",)),
        ("ReserveInventory", ("stock",)),
        ("ReleaseInventory", ("stock",)),
        ("RefundPayment", ("payment",)),
        ("SendConfirmation", ("mails",)),
    ],
)
def test_way_2_a_step_that_is_performed_twice_changes_the_state_once(shop: Shop, task: str, states: tuple[str, ...]):
    order_id = f"ord-2-{task}"
    if task == "ReleaseInventory":
        shop.perform("ReserveInventory", given(order_id))
    if task == "RefundPayment":
        shop.perform("ProcessPayment", given(order_id))
    read = {
        "payment": lambda: shop.payment(order_id),
        "stock": shop.stock,
        "mails": lambda: shop.mails(subject=order_id),
    }
    first = shop.perform(task, given(order_id)), [read[state]() for state in states]
    second = shop.perform(task, given(order_id)), [read[state]() for state in states]
    assert "errorType" not in first[0]
    assert first[1] == second[1]
    assert (first[0] == second[0]) is (task != "ReleaseInventory"), "released pieces are told once"


def test_way_3_a_business_answer_is_not_tried_again_and_no_duplicate(shop: Shop):
    shop.place(order("ord-3", currency="XXX"))
    assert shop.await_outcome("ord-3") == "payment declined"
    (failed,) = (event for event in shop.history("ord-3") if event["type"] == "TaskFailed")
    assert failed["taskFailedEventDetails"]["error"] == "PaymentDeclined"
    assert "we take no XXX" in failed["taskFailedEventDetails"]["cause"]


def test_way_3_a_second_payment_of_an_order_is_dead_at_once(shop: Shop):
    shop.place(second_version("ord-3b", paymentMethod="stripe"))
    shop.await_order("ord-3b", "execution")
    assert (shop.pay("ord-3b"), shop.await_outcome("ord-3b")) == (200, "fulfilled")
    shop.pay("ord-3b", payment_id="pi_another")
    letter = shop.await_letter("pi_another")
    assert letter["Reason"] == "OrderRefused: order ord-3b is paid by pi_ord-3b already"
    assert letter["Receives"] == "1"


def test_way_4_and_5_a_malformed_body_fails_itself_alone(shop: Shop):
    good = [f"ord-4-{n}" for n in range(4)]
    shop.place(*(second_version(name, paymentMethod="stripe") for name in good))
    for name in good:
        shop.await_order(name, "execution")
    for name in (*good[:2], "ord-4-bad", *good[2:]):
        shop.pay(name, cents=0 if name == "ord-4-bad" else 9990)
    assert shop.await_letter("ord-4-bad")["Reason"] == "MalformedOrder: amount_received 0 is not an amount"
    for name in good:
        assert shop.await_outcome(name) == "fulfilled"
        assert "stripeAbsorbed" not in shop.await_order(name, "stripe")


def test_way_7_an_order_without_stock_gets_its_money_back(shop: Shop):
    sold_out = {"productId": "prod-sold-out", "quantity": 1, "unitPrice": 0}
    before = shop.stock()
    shop.place(order("ord-7", items=[*order("ord-7")["items"], sold_out]))
    assert shop.await_outcome("ord-7") == "out of stock"
    payment = shop.payment("ord-7")
    assert payment["captured"] == payment["refunded"] == "99.9"
    assert shop.stock() == before
    assert "releasedAt" not in shop.await_item(SHIPMENTS_TABLE, {"orderId": "ord-7"}, "cancelledAt")


def test_way_7_what_a_warehouse_may_have_reserved_is_released(shop: Shop):
    before = shop.stock()
    shop.perform("ReserveInventory", given("ord-7b"))
    assert shop.stock() == before - 2
    broken = {"productId": "prod-broken", "quantity": 1, "unitPrice": 0}
    shop.place(order("ord-7b", items=[*order("ord-7b")["items"], broken]))
    assert shop.await_outcome("ord-7b") == "warehouse down"
    assert shop.stock() == before
    assert shop.perform("ReserveInventory", given("ord-7b"))["errorType"] == "InsufficientInventory"


def test_way_7_a_cancelled_order_is_never_charged_any_more(shop: Shop):
    assert shop.perform("RefundPayment", given("ord-7c")) == {"amount": 0}
    assert shop.perform("ProcessPayment", given("ord-7c"))["errorType"] == "PaymentDeclined"
    assert "captured" not in shop.payment("ord-7c")


def test_way_7_a_payment_after_the_cancellation_goes_back(shop: Shop):
    """The execution waits for hours, so that the test cancels in its place; the demo waits to the end."""
    shop.place(second_version("ord-7d", paymentMethod="stripe"))
    shop.await_item(PAYMENTS_TABLE, {"orderId": "ord-7d"}, "taskToken")
    shop.perform("RefundPayment", given("ord-7d"))
    shop.pay("ord-7d")
    payment = shop.await_item(PAYMENTS_TABLE, {"orderId": "ord-7d"}, "refunded")
    assert payment["captured"] == payment["refunded"] == {"N": "99.9"}
    assert shop.await_order("ord-7d", "stripe")["stripe"]["S"] == "given back"


def test_way_7_a_payment_of_too_little_goes_back(shop: Shop):
    shop.place(second_version("ord-7e", paymentMethod="stripe"))
    shop.await_order("ord-7e", "execution")
    shop.pay("ord-7e", cents=100)
    assert shop.await_outcome("ord-7e") == "paid too little"
    assert shop.payment("ord-7e")["refunded"] == "1"


def test_an_order_waits_for_its_payment_for_hours(shop: Shop):
    shop.place(second_version("ord-8", paymentMethod="stripe"))
    shop.await_item(PAYMENTS_TABLE, {"orderId": "ord-8"}, "taskToken")
    (waiting,) = (event for event in shop.history("ord-8")[-3:] if event["type"] == "TaskScheduled")
    assert waiting["taskScheduledEventDetails"]["timeoutInSeconds"] == PAYMENT_TIMEOUT_S
    assert PAYMENT_TIMEOUT_S >= 3600
    assert executions(shop.clients)["RUNNING"] >= 1


def test_way_10_an_execution_that_fails_is_told_to_operations(shop: Shop):
    """One that is stopped stands for one whose undoing failed: operations hear of both by the same rule."""
    shop.place(second_version("ord-10", paymentMethod="stripe"))
    name = shop.await_order("ord-10", "execution")["execution"]["S"]
    arn = shop.clients.arn("states", f"execution:{MACHINE}:{name}")
    shop.clients.workflows.stop_execution(executionArn=arn, error="Operator", cause="a test")
    url = shop.deployed.urls[FAILURES_QUEUE]
    (told,) = shop.clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    detail = json.loads(told["Body"])["detail"]
    assert (detail["executionArn"], detail["status"]) == (arn, "ABORTED")


def test_way_5_and_11_each_mapping_asks_for_partial_answers_and_bounds_its_concurrency(shop: Shop):
    mappings = shop.clients.functions.list_event_source_mappings()["EventSourceMappings"]
    assert len(mappings) == len(CONSUMERS)
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2
    assert RECEIVES_MAX >= 5


def test_way_10_every_queue_and_every_target_has_a_dead_letter_queue_of_its_own(shop: Shop):
    queues = [*(consumer.queue for consumer in CONSUMERS), "order-audit-intake.fifo"]
    for queue in queues:
        url = shop.deployed.urls[queue]
        attributes = shop.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(attributes["RedrivePolicy"])
        assert redrive["maxReceiveCount"] == RECEIVES_MAX
        assert redrive["deadLetterTargetArn"].endswith(f":{letters_of(queue)}")
        assert letters_of(queue).endswith(".fifo") is queue.endswith(".fifo")
    letters = [*rule_letters(shop), *subscription_letters(shop)]
    assert len(letters) == len(set(letters)) == 8


def test_way_10_every_queue_for_dead_letters_has_an_alarm_that_tells_people(shop: Shop):
    pages = shop.clients.metrics.get_paginator("describe_alarms").paginate()
    alarms = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    watched = [name for name in shop.deployed.urls if name.removesuffix(".fifo").endswith(("-dlq", "-undelivered"))]
    assert set(alarms) == {f"dead-letters-in-{name}" for name in (*watched, FAILURES_QUEUE)}
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [shop.clients.arn("sns", "engineering-alerts")]
        assert (alarm["Period"], alarm["Threshold"], alarm["TreatMissingData"]) == (60, 1.0, "notBreaching")


def rule_letters(shop: Shop) -> list[str]:
    events, found = shop.clients.events, []
    for bus in (BUS, "aws.partner/stripe.com/ed_order_system"):
        for rule in events.list_rules(EventBusName=bus)["Rules"]:
            if not rule["Name"].startswith("Events-Archive-"):
                targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
                found += [target["DeadLetterConfig"]["Arn"] for target in targets]
    return found


def subscription_letters(shop: Shop) -> list[str]:
    sns = shop.clients.sns
    listed = sns.list_subscriptions_by_topic(TopicArn=shop.clients.arn("sns", TOPIC))["Subscriptions"]
    found = [sns.get_subscription_attributes(SubscriptionArn=one["SubscriptionArn"])["Attributes"] for one in listed]
    return [json.loads(one["RedrivePolicy"])["deadLetterTargetArn"] for one in found]


def test_way_12_the_correlation_id_is_on_the_log_lines_of_every_consumer_and_in_the_mail(shop: Shop):
    shop.place(order("ord-12", channel="web"))
    assert shop.await_outcome("ord-12") == "fulfilled"
    for name in ("process-payment", "reserve-inventory", "send-confirmation", "count-orders", "append-audit"):
        shop.await_log_line(name, "cor-ord-12")
    shop.await_log_line("ship-order", "cor-ord-12")
    (mail,) = shop.mails(subject="ord-12")
    assert mail["subject"] == "Order ord-12 is confirmed"
    assert "please name cor-ord-12." in shop.mail(mail["id"])["text"]
    story = shop.story("cor-ord-12")
    kinds = Counter(hop["kind"] for hop in flat(story["trees"]))
    assert kinds["mail"] == 1
    assert kinds["invocation"] >= 6
    lines = [line["message"] for hop in flat(story["trees"]) for line in hop["lines"]]
    assert sum("order handled" in line for line in lines) >= 6


def test_way_9_a_late_update_is_recognised_by_its_version_and_is_no_duplicate(shop: Shop):
    shop.place(order("ord-9"))
    newest = change("ord-9", 3, address={"street": "New Street 3", "city": "Berlin"})
    shop.tell("order.updated", newest)
    shop.await_item(SHIPMENTS_TABLE, {"orderId": "ord-9"}, "address")
    shop.tell("order.updated", change("ord-9", 2, address={"street": "Old Street 2", "city": "Berlin"}))
    late = shop.await_item(CLAIMS_TABLE, {"id": "ship-order#order.updated#ord-9#2"}, "outcome")
    assert late["outcome"]["S"] == "late"
    assert "absorbed" not in late
    now = shop.await_item(SHIPMENTS_TABLE, {"orderId": "ord-9"}, "address")
    assert now["address"]["M"]["street"]["S"] == "New Street 3"


def test_way_9_the_audit_trail_of_an_order_keeps_its_order_while_others_come_between(shop: Shop):
    names = [f"ord-9-{n}" for n in range(5)]
    shop.place(*(order(name) for name in names))
    for version in (2, 3, 4):
        address = {"street": f"Street {version}", "city": "Berlin"}
        shop.tell("order.updated", *(change(name, version, address=address) for name in names))
    for name in names:
        shop.await_item(CLAIMS_TABLE, {"id": f"append-audit#order.updated#{name}#4"}, "outcome")
        trail = shop.clients.dynamodb.query(
            TableName=AUDIT_TABLE,
            KeyConditionExpression="orderId = :order",
            ExpressionAttributeValues={":order": {"S": name}},
        )["Items"]
        versions = [int(entry["orderVersion"]["N"]) for entry in trail]
        assert [version for version in versions if version] == [1, 2, 3, 4]


def test_the_bus_refuses_a_malformed_order_with_its_reason(shop: Shop):
    (answer,) = shop.tell("order.placed", order("ord-bad", items=[]), is_taken=False)
    assert answer["ErrorCode"] == "SchemaValidationFailed"
    assert "order.placed version 1: detail.items" in answer["ErrorMessage"]


def test_a_rule_for_the_audit_trail_has_one_lane_and_the_pipe_a_group_for_each_order(shop: Shop):
    (target,) = shop.clients.events.list_targets_by_rule(Rule=AUDIT_RULE, EventBusName=BUS)["Targets"]
    assert target["SqsParameters"] == {"MessageGroupId": "order-audit"}
    pipe = shop.clients.pipes.describe_pipe(Name="order-audit-by-order")
    assert pipe["TargetParameters"]["SqsQueueParameters"]["MessageGroupId"] == "$.body.detail.orderId"


def flat(trees: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for tree in trees:
        yield tree
        yield from flat(tree["children"])


def change(order_id: str, version: int, **fields: Any) -> dict[str, Any]:
    changed = order(order_id, orderVersion=version, occurredAt="2026-02-01T15:00:00Z")
    kept = {name: changed[name] for name in ("version", "orderId", "orderVersion", "occurredAt", "metadata")}
    return {**kept, **fields}
