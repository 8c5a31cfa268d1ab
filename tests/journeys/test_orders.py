"""The order system on the real server: its demo's own count, and the ways in which such systems lose orders.

The numbers are those of the twelve ways in the order system's README.
"""

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest

from orders.shop import Order
from orders.stack.buses import AUDIT_RULE
from orders.stack.clients import Clients
from orders.stack.deploy import Deployed, deploy
from orders.stack.queues import letters_of
from orders.stack.topology import (
    AUDIT_TABLE,
    BUS,
    CLAIMS_TABLE,
    CONSUMERS,
    FAILURES_QUEUE,
    INVENTORY_TABLE,
    MACHINE,
    ORDERS,
    ORDERS_TABLE,
    PAYMENT_TIMEOUT_S,
    PAYMENTS_TABLE,
    RECEIVES_MAX,
    SHIPMENTS_TABLE,
    TASKS,
    TOPIC,
)
from orders.steps import executions
from orders.stripe import Stripe, succeeded
from tests.support.server import REGION, ROOT, Deadline, ServerProcess, environment

CAPTURE = "capture-stripe-payment"
PRODUCT = "prod-291"
OUTCOME_TIMEOUT_S = 45

pytestmark = pytest.mark.timeout(180)


class Shop:
    """The deployed order system."""

    def __init__(self, server: ServerProcess) -> None:
        self.endpoint = server.endpoint
        self.clients = self._clients("000000000000")
        self.second = self._clients("222222222222")
        self.logs = server.client("logs")
        self.stripe = Stripe.connect(server.endpoint)
        self.deployed: Deployed = deploy(self.clients, self.second)

    def _clients(self, account: str) -> Clients:
        keys = {"aws_access_key_id": account, "aws_secret_access_key": "test"}
        return Clients.make(account=account, region=REGION, endpoint_url=self.endpoint, **keys)

    def close(self) -> None:
        self.clients.close()
        self.second.close()

    def tell(self, detail_type: str, *details: dict[str, Any], is_taken: bool = True) -> list[dict[str, Any]]:
        """Put events on the bus; gives back what the bus says of each."""
        entries = [
            {"Source": ORDERS, "DetailType": detail_type, "Detail": json.dumps(detail), "EventBusName": BUS}
            for detail in details
        ]
        answer = self.clients.events.put_events(Entries=entries)
        assert (answer["FailedEntryCount"] == 0) is is_taken
        told: list[dict[str, Any]] = answer["Entries"]
        return told

    def place(self, *orders: dict[str, Any]) -> None:
        self.tell("order.placed", *orders)

    def await_item(self, table: str, key: dict[str, str], *fields: str) -> dict[str, Any]:
        """The item once it has all the fields."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"{key} has {fields}")
        attributes = {name: {"S": value} for name, value in key.items()}
        while True:
            item = self.clients.dynamodb.get_item(TableName=table, Key=attributes).get("Item")
            if item is not None and all(field in item for field in fields):
                return dict(item)
            deadline.check()
            self.pause()

    def await_order(self, order_id: str, *fields: str) -> dict[str, Any]:
        return self.await_item(ORDERS_TABLE, {"orderId": order_id}, *fields)

    def await_outcome(self, order_id: str) -> str:
        """Which way the order went, once it has come to its end."""
        return str(self.await_order(order_id, "outcome")["outcome"]["S"])

    def payment(self, order_id: str) -> dict[str, Any]:
        item = self.clients.dynamodb.get_item(TableName=PAYMENTS_TABLE, Key={"orderId": {"S": order_id}})["Item"]
        return {name: value.get("S") or value.get("N") for name, value in item.items()}

    def stock(self) -> int:
        item = self.clients.dynamodb.get_item(TableName=INVENTORY_TABLE, Key={"productId": {"S": PRODUCT}})["Item"]
        return int(item["stock"]["N"])

    def history(self, order_id: str) -> list[dict[str, Any]]:
        """What happened in the execution that has the order."""
        name = self.await_order(order_id, "execution")["execution"]["S"]
        arn = self.clients.arn("states", f"execution:{MACHINE}:{name}")
        pages = self.clients.workflows.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def perform(self, task: str, given: dict[str, Any]) -> dict[str, Any]:
        """Perform a task of the machine by itself; gives back its result, or the error that it names."""
        answer = self.clients.functions.invoke(FunctionName=TASKS[task], Payload=json.dumps(given))
        result: dict[str, Any] = json.load(answer["Payload"])
        return result

    def pay(self, order_id: str, cents: int = 9990, payment_id: str = "") -> int:
        """Have Stripe say that the order is paid; gives back the status of the answer."""
        placed = Order("good", order_id, second_version(order_id, paymentMethod="stripe"))
        body = succeeded(placed)
        body["data"]["object"] |= {"amount_received": cents, "id": payment_id or f"pi_{order_id}"}
        return self.stripe.post({**body, "id": f"evt_{order_id}_{payment_id}"})

    def mails(self, **asked: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.endpoint}/_eventyard/mail?{urlencode(asked)}", timeout=20) as answer:
            found: list[dict[str, Any]] = json.load(answer)["mails"]
        return found

    def mail(self, mail_id: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.endpoint}/_eventyard/mail/{mail_id}", timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def story(self, key: str) -> dict[str, Any]:
        """What the page of traces tells of the key."""
        with urllib.request.urlopen(f"{self.endpoint}/_eventyard/traces?key={key}", timeout=20) as answer:
            told: dict[str, Any] = json.load(answer)["story"]
        return told

    def await_letter(self, order_id: str) -> dict[str, str]:
        """The attributes of the dead letter of Stripe's payment of that order."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"a dead letter of {order_id}")
        while True:
            deadline.check()
            answer = self.clients.sqs.receive_message(
                QueueUrl=self.deployed.letters_url(CAPTURE), WaitTimeSeconds=2, MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                if order_id in message["Body"]:
                    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}

    def await_log_line(self, function: str, word: str) -> None:
        """Until a log line of the function holds the word."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"a line of {function} with {word}")
        while True:
            groups = self.logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")["logGroups"]
            names = [group["logGroupName"] for group in groups]
            if any(
                self.logs.filter_log_events(logGroupName=name, filterPattern=f'"{word}"')["events"] for name in names
            ):
                return
            deadline.check()
            self.pause()

    def pause(self) -> None:
        """A second, as the server counts it: a long poll of a queue in which nothing comes."""
        url = self.deployed.urls["analytics-queue-undelivered"]
        assert "Messages" not in self.clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    server = ServerProcess(tmp_path_factory.mktemp("shop") / "data").start()
    made = Shop(server)
    yield made
    made.close()
    server.close()


def order(order_id: str, **changes: Any) -> dict[str, Any]:
    item = {"productId": "prod-291", "quantity": 2, "unitPrice": 49.95}
    placed = {
        "version": "1.0",
        "orderId": order_id,
        "orderVersion": 1,
        "channel": "marketplace",
        "customerId": "cust-8472",
        "totalAmount": 99.9,
        "currency": "EUR",
        "items": [item],
        "occurredAt": "2026-02-01T14:32:00Z",
        "metadata": {"correlationId": f"cor-{order_id}"},
    }
    return {**placed, **changes}


def second_version(order_id: str, **changes: Any) -> dict[str, Any]:
    placed = order(order_id)
    kept = {name: value for name, value in placed.items() if name not in ("totalAmount", "currency")}
    return {**kept, "version": "2.0", "total": {"amount": 99.9, "currency": "EUR"}, "paymentMethod": "card", **changes}


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
