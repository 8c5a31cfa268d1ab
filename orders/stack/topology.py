"""What the order system consists of, by name: who consumes what, and from where.

    shop, functions, machine ─► bus ecommerce-events
      ├ rule a version of order.placed ─► state machine order-fulfilment
      │    claim ─► process-payment, or wait for Stripe ─► reserve-inventory ─► send-confirmation ─► order.fulfilled
      │      └ what fails ─► release-inventory ─► refund-payment ─► payment.refunded, order.cancelled
      ├ rule ─► topic order-events ─┬ all ────► analytics-queue ──► count-orders
      │                             └ filter ─► shipping-queue ───► ship-order
      ├ rule ─► order-audit-intake.fifo ─ pipe ─► order-audit.fifo ─► append-audit
      ├ rule ─► bus order-copies of a second account ─► order-copies-queue
      └ archive order-archive (30 days)
    Stripe ─► partner bus ─ rule ─► stripe-payments-queue ─► capture-stripe-payment ─► the waiting execution
    executions that fail ─► default bus ─ rule ─► fulfilment-failures
    schedule daily-order-report ─► daily-report

Every queue with a consumer has a dead-letter queue `NAME-dlq` for what its consumer gives up, every rule's target and
every subscription a queue `NAME-undelivered` of its own for what cannot be brought to it; both keep for 14 days. Each
has an alarm, which tells the topic engineering-alerts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

BUS = "ecommerce-events"
ORDERS = "com.myapp.orders"
PAYMENTS = "com.myapp.payments"
FULFILMENT = "com.myapp.fulfilment"
REGISTRY = "order-events"
ARCHIVE = "order-archive"
ARCHIVE_DAYS = 30

TOPIC = "order-events"
ALERTS = "engineering-alerts"
DASHBOARD = "orders"
METRICS = "Orders"
"""The namespace of the functions' own metrics."""
AUDIT_INTAKE = "order-audit-intake.fifo"
AUDIT_QUEUE = "order-audit.fifo"
AUDIT_PIPE = "order-audit-by-order"
COPIES_BUS = "order-copies"
COPIES_QUEUE = "order-copies-queue"
MACHINE = "order-fulfilment"
FAILURES_QUEUE = "fulfilment-failures"
PAYMENT_TIMEOUT_S = 4 * 3600
"""How long an order waits for its payment."""

STRIPE_SOURCE = "ed_order_system"
STRIPE_BUS = f"aws.partner/stripe.com/{STRIPE_SOURCE}"

ORDERS_TABLE = "orders"
PAYMENTS_TABLE = "order-payments"
INVENTORY_TABLE = "inventory"
RESERVATIONS_TABLE = "order-reservations"
CLAIMS_TABLE = "order-claims"
ANALYTICS_TABLE = "order-analytics"
SHIPMENTS_TABLE = "order-shipments"
AUDIT_TABLE = "order-audit"
REPORTS_TABLE = "daily-order-reports"

REPORT = "daily-report"
REPORT_SCHEDULE = "daily-order-report"
REPORT_EXPRESSION = "cron(0 6 * * ? *)"
REPORT_ZONE = "Europe/Berlin"

MAIL_TEMPLATE = "order-confirmation"
MAIL_DOMAIN = "shop.example.com"
MAIL_FROM = f"orders@{MAIL_DOMAIN}"
MAIL_TO = f"operations@{MAIL_DOMAIN}"
CUSTOMERS_DOMAIN = "customers.example.com"

RECEIVES_MAX = 5
PLACED: Mapping[str, Any] = MappingProxyType({"source": [ORDERS], "detail-type": ["order.placed"]})
OWN_EVENTS: Mapping[str, Any] = MappingProxyType({"source": [ORDERS, PAYMENTS, FULFILMENT]})


@dataclass(frozen=True)
class Consumer:
    """A function and its queue.

    `feed` brings the queue its events: a rule of `bus` (rule and pattern), a subscription of the topic (its filter on
    the event), or the pipe. `state_field` is the field that it writes on an order; one without writes in transactions.
    """

    name: str
    queue: str
    handler: str
    feed: Literal["rule", "topic", "pipe"]
    filter: Mapping[str, Any] = field(default_factory=dict)
    bus: str = BUS
    rule: str = ""
    state_field: str = ""

    @property
    def is_fifo(self) -> bool:
        return self.queue.endswith(".fifo")


CONSUMERS = (
    Consumer(
        name="capture-stripe-payment",
        queue="stripe-payments-queue",
        handler="capture_stripe_payment.handler",
        feed="rule",
        filter={"source": [STRIPE_BUS], "detail-type": ["payment_intent.succeeded"]},
        bus=STRIPE_BUS,
        rule="capture-on-stripe-payment",
        state_field="stripe",
    ),
    Consumer(
        name="count-orders",
        queue="analytics-queue",
        handler="count_orders.handler",
        feed="topic",
    ),
    Consumer(
        name="ship-order",
        queue="shipping-queue",
        handler="ship_order.handler",
        feed="topic",
        filter={"detail-type": ["order.fulfilled", "order.updated", "order.cancelled"]},
    ),
    Consumer(
        name="append-audit",
        queue=AUDIT_QUEUE,
        handler="append_audit.handler",
        feed="pipe",
    ),
)

TASKS: Mapping[str, str] = MappingProxyType(
    {
        "ProcessPayment": "process-payment",
        "ReserveInventory": "reserve-inventory",
        "ReleaseInventory": "release-inventory",
        "SendConfirmation": "send-confirmation",
        "RefundPayment": "refund-payment",
    }
)
"""The functions of the state machine, by what its definition calls them."""
