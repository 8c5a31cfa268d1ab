"""The ways an order can go through the fulfilment machine, walked by the interpreter with made-up answers to its tasks.

Each test says what the services answer and which states the order then comes through.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import pytest

from eventyard.languages.asl.definition.compiling import compile_machine
from eventyard.languages.asl.machine import Machine
from eventyard.languages.asl.reducer.memory import MemoryStrands
from eventyard.languages.asl.reducer.stepping import step
from eventyard.languages.asl.steps import (
    About,
    At,
    BeginTask,
    Event,
    Happening,
    Rang,
    Ring,
    Started,
    TaskFailed,
    TaskSucceeded,
    TaskTold,
)
from orders.stack.clients import Clients
from orders.stack.machine import definition

ORDER = {
    "orderId": "ord-1",
    "customerId": "cust-1",
    "channel": "web",
    "items": [{"productId": "prod-1", "quantity": 3, "unitPrice": 49.95}],
    "correlationId": "corr-1",
    "totalAmount": 149.85,
    "currency": "EUR",
    "paymentMethod": "card",
}
PAYMENT = {"paymentId": "card-ord-1", "amount": 149.85, "currency": "EUR", "method": "card"}
ROW = {
    "paymentId": {"S": "pi_1"},
    "captured": {"N": "149.85"},
    "currencyCode": {"S": "EUR"},
    "paymentMethod": {"S": "stripe"},
}
WELL: Mapping[str, Any] = {
    "ProcessPayment": {"Payload": PAYMENT},
    "AwaitPayment": {**PAYMENT, "method": "stripe"},
    "ReadPayment": {"Item": ROW},
    "RefundPayment": {"Payload": PAYMENT},
    "ReserveInventory": {"Payload": {"pieces": 3}},
    "ReleaseInventory": {"Payload": {"pieces": 3}},
    "SendConfirmationEmail": {"Payload": {"mailId": "mail-1"}},
}
TIMEOUT = object()
"""Nobody answers, and the state's time is over."""

BEGUN = ["ClaimOrder", "DoesItAddUp", "HowIsItPaid"]
CHARGED = [*BEGUN, "ProcessPayment", "TellCaptured", "IsItPaidInFull", "ReserveInventory"]
CONFIRMED = ["WhoConfirms", "SendConfirmationEmail", "MarkFulfilled", "TellFulfilled", "Fulfilled"]
CANCELLED = ["CancelOrder", "TellCancelled", "Cancelled"]


class Walk:
    """An execution to its end. `answers` says what a state's tries get, one after the other: a result, the name of an
    error, or TIMEOUT; what it does not name goes well.
    """

    def __init__(self, machine: Machine, given: Mapping[str, Any] = ORDER, **answers: Any) -> None:
        self._machine = machine
        self._strands = MemoryStrands()
        self._now_ms = 1_770_000_000_000
        self._numbers = count(1)
        self._answers = {name: self._tries(answer) for name, answer in answers.items()}
        self._about = _about(given)
        self.tasks: dict[str, Any] = {}
        self.waits_s: list[float] = []
        self.events: list[Event] = []
        self._rings: dict[str, Ring] = {}
        waiting: list[Happening | str] = [Started()]
        while waiting:
            told = waiting.pop(0)
            happening = self._rung(told) if isinstance(told, str) else told
            made = step(machine, self._about, self._strands, happening, self._at())
            self.events += made.events
            waiting += self._answered(made.commands)
            self.ended = made.ended

    @property
    def states(self) -> list[str]:
        entered = (event.details for event in self.events if event.type.endswith("StateEntered"))
        return [details["stateEnteredEventDetails"]["name"] for details in entered]

    def told(self, state: str) -> tuple[str, dict[str, Any]]:
        """The kind of the event that the state has put on the bus, and what it says."""
        (entry,) = self.tasks[state]["Entries"]
        return entry["DetailType"], entry["Detail"]

    def _answered(self, commands: list[Any]) -> list[Happening | str]:
        """What follows from the commands; a text is the ring that rings."""
        answers: list[Happening | str] = []
        for one in commands:
            if isinstance(one, Ring):
                self._rings[one.name] = one
                answers += ["retry"] if one.name == "retry" else []
            if isinstance(one, BeginTask):
                self.tasks[one.state] = one.parameters
                answer = next(self._answers.get(one.state, iter(())), WELL.get(one.state, {}))
                answers += [TaskTold(one.task, "started"), self._answer(one.task, answer)]
        return answers

    def _answer(self, task: int, answer: Any) -> Happening | str:
        if answer is TIMEOUT:
            return "timeout"
        return TaskFailed(task, answer, "why") if isinstance(answer, str) else TaskSucceeded(task, answer)

    def _rung(self, name: str) -> Rang:
        ring = self._rings[name]
        if name == "retry":
            self.waits_s.append((ring.at_ms - self._now_ms) / 1000)
        self._now_ms = ring.at_ms
        return Rang(ring.strand, ring.ring)

    def _tries(self, answer: Any) -> Iterator[Any]:
        return iter(answer if isinstance(answer, list) else [answer])

    def _at(self) -> At:
        def new(kind: str) -> str:
            return f"{kind}-{next(self._numbers)}"

        return At(self._now_ms, lambda: new("uuid"), lambda: 0.5, lambda: new("token"))


def _about(given: Mapping[str, Any]) -> About:
    arn = "arn:aws:states:us-east-1:000000000000"
    return About(
        execution_arn=f"{arn}:execution:order-fulfilment:run-1",
        name="run-1",
        role_arn="arn:aws:iam::000000000000:role/order-fulfilment",
        machine_arn=f"{arn}:stateMachine:order-fulfilment",
        machine_name="order-fulfilment",
        input_text=json.dumps(given),
        start_at_ms=1_770_000_000_000,
    )


@pytest.fixture(scope="module")
def machine() -> Machine:
    clients = Clients(*[None] * 11, account="000000000000", region="us-east-1")
    return compile_machine(definition(clients, payment_timeout_s=14_400))


def outcome(walk: Walk) -> str:
    assert walk.ended is not None
    assert walk.ended.status == "SUCCEEDED", (walk.ended.error, walk.ended.cause)
    return str(walk.ended.output["outcome"])


def test_an_order_is_charged_reserved_confirmed_and_fulfilled(machine: Machine):
    walk = Walk(machine)
    assert (outcome(walk), walk.states) == ("fulfilled", [*CHARGED, *CONFIRMED])
    for state in ("ProcessPayment", "ReserveInventory", "SendConfirmationEmail"):
        assert walk.tasks[state]["Payload"] == ORDER
    assert walk.told("TellCaptured")[0] == "payment.captured"
    kind, detail = walk.told("TellFulfilled")
    assert (kind, detail["paymentId"], detail["amount"]) == ("order.fulfilled", "card-ord-1", 149.85)
    assert detail["metadata"] == {"correlationId": "corr-1"}


def test_an_order_of_a_marketplace_is_confirmed_there(machine: Machine):
    walk = Walk(machine, {**ORDER, "channel": "marketplace"})
    assert (outcome(walk), "SendConfirmationEmail" in walk.states) == ("fulfilled", False)


def test_way_2_an_order_that_an_execution_has_taken_is_taken_by_no_other(machine: Machine):
    walk = Walk(machine, ClaimOrder="DynamoDB.ConditionalCheckFailedException")
    assert (outcome(walk), walk.states) == ("taken before", ["ClaimOrder", "NoteRepeat", "TakenBefore"])
    assert walk.tasks["NoteRepeat"]["ExpressionAttributeValues"] == {":me": {"SS": ["run-1"]}}


def test_way_1_a_service_that_fails_is_asked_again_after_2_4_and_8_seconds(machine: Machine):
    walk = Walk(machine, ProcessPayment=["Lambda.ServiceException"] * 3, ReserveInventory=["WarehouseBusy"])
    assert outcome(walk) == "fulfilled"
    assert walk.waits_s == [2, 4, 8, 2]


def test_a_miscounted_order_is_never_charged(machine: Machine):
    walk = Walk(machine, {**ORDER, "totalAmount": 100})
    assert (outcome(walk), walk.states) == ("miscounted", ["ClaimOrder", "DoesItAddUp", *CANCELLED])


def test_sums_are_held_against_each_other_to_the_cent(machine: Machine):
    items = [{"productId": f"p-{n}", "quantity": 3, "unitPrice": 0.1} for n in range(7)]
    assert outcome(Walk(machine, {**ORDER, "items": items, "totalAmount": 2.1})) == "fulfilled"
    assert outcome(Walk(machine, {**ORDER, "items": items, "totalAmount": 2.11})) == "miscounted"


def test_way_3_a_declined_payment_is_an_answer_and_is_not_tried_again(machine: Machine):
    walk = Walk(machine, ProcessPayment="PaymentDeclined")
    assert (outcome(walk), walk.states) == ("payment declined", [*BEGUN, "ProcessPayment", *CANCELLED])
    assert walk.waits_s == []
    assert walk.told("TellCancelled") == ("order.cancelled", walk.told("TellCancelled")[1])
    assert walk.told("TellCancelled")[1]["reason"] == "payment declined"


def test_way_7_what_a_bank_that_does_not_answer_may_have_taken_is_given_back(machine: Machine):
    walk = Walk(machine, ProcessPayment=["BankUnreachable"] * 4)
    told = ["TellCapturedAfterAll", "TellRefunded"]
    way = [*BEGUN, "ProcessPayment", "RefundPayment", "WasThereMoney", *told, *CANCELLED]
    assert (outcome(walk), walk.states) == ("bank unreachable", way)
    assert walk.told("TellCapturedAfterAll")[1]["amount"] == walk.told("TellRefunded")[1]["amount"] == 149.85


def test_way_7_a_bank_that_took_nothing_gives_nothing_back(machine: Machine):
    walk = Walk(machine, ProcessPayment=["BankUnreachable"] * 4, RefundPayment={"Payload": {"amount": 0}})
    assert walk.states == [*BEGUN, "ProcessPayment", "RefundPayment", "WasThereMoney", *CANCELLED]


def test_way_7_an_order_without_stock_is_refunded(machine: Machine):
    walk = Walk(machine, ReserveInventory="InsufficientInventory")
    way = [*CHARGED, "RefundPayment", "WasThereMoney", "TellRefunded", *CANCELLED]
    assert (outcome(walk), walk.states, walk.waits_s) == ("out of stock", way, [])
    kind, detail = walk.told("TellRefunded")
    assert (kind, detail["amount"], detail["reason"]) == ("payment.refunded", 149.85, "out of stock")


def test_way_7_what_a_warehouse_that_does_not_answer_may_have_reserved_is_released(machine: Machine):
    walk = Walk(machine, ReserveInventory=["WarehouseDown", TIMEOUT, "WarehouseDown", "WarehouseDown"])
    way = [*CHARGED, "ReleaseInventory", "RefundPayment", "WasThereMoney", "TellRefunded", *CANCELLED]
    assert (outcome(walk), walk.states, walk.waits_s) == ("warehouse down", way, [2, 4, 8])


def test_way_7_a_refund_that_cannot_be_made_needs_hands(machine: Machine):
    walk = Walk(machine, ReserveInventory="InsufficientInventory", RefundPayment=["BankUnreachable"] * 13)
    assert walk.ended is not None
    assert (walk.ended.status, walk.ended.error) == ("FAILED", "UndoingFailed")
    assert (
        walk.ended.cause == "Order ord-1 was to be cancelled (out of stock), and what it holds could not be given back."
    )
    assert walk.waits_s == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


def test_a_mail_that_cannot_be_sent_undoes_nothing(machine: Machine):
    walk = Walk(machine, SendConfirmationEmail=["TooManyRequestsException"] * 4)
    assert (outcome(walk), walk.states) == ("fulfilled", [*CHARGED, *CONFIRMED])


STRIPE = {**ORDER, "paymentMethod": "stripe"}


def test_an_order_waits_for_stripe_with_its_token_in_a_table(machine: Machine):
    walk = Walk(machine, STRIPE)
    assert outcome(walk) == "fulfilled"
    assert walk.states[:5] == [*BEGUN, "AwaitPayment", "TellCaptured"]
    assert walk.tasks["AwaitPayment"]["ExpressionAttributeValues"] == {":token": {"S": "token-1"}}
    assert walk.told("TellCaptured")[1]["paymentMethod"] == "stripe"


def test_a_payment_that_comes_before_the_order_waits_for_it_is_found(machine: Machine):
    walk = Walk(machine, STRIPE, AwaitPayment="DynamoDb.ConditionalCheckFailedException")
    assert outcome(walk) == "fulfilled"
    assert walk.states[:6] == [*BEGUN, "AwaitPayment", "ReadPayment", "TellCaptured"]
    assert (walk.told("TellCaptured")[1]["paymentId"], walk.told("TellCaptured")[1]["amount"]) == ("pi_1", 149.85)


def test_way_7_an_order_that_nobody_pays_is_cancelled_when_its_time_is_over(machine: Machine):
    walk = Walk(machine, STRIPE, AwaitPayment=TIMEOUT, RefundPayment={"Payload": {"amount": 0}})
    way = [*BEGUN, "AwaitPayment", "RefundPayment", "WasThereMoney", *CANCELLED]
    assert (outcome(walk), walk.states) == ("not paid in time", way)
    waited_ms = walk.events[-1].at_ms - walk.events[0].at_ms
    assert waited_ms == 14_400_000


def test_way_7_a_payment_of_the_last_moment_does_not_stay_captured(machine: Machine):
    walk = Walk(machine, STRIPE, AwaitPayment=TIMEOUT)
    assert outcome(walk) == "not paid in time"
    assert walk.states[-6:] == ["WasThereMoney", "TellCapturedAfterAll", "TellRefunded", *CANCELLED]


@pytest.mark.parametrize("wrong", [{"amount": 149.84}, {"currency": "USD"}])
def test_way_7_a_payment_that_is_not_the_orders_price_goes_back(machine: Machine, wrong: dict[str, Any]):
    walk = Walk(machine, STRIPE, AwaitPayment={**PAYMENT, **wrong})
    assert outcome(walk) == "paid too little"
    assert walk.states[-5:] == ["WasThereMoney", "TellRefunded", *CANCELLED]
