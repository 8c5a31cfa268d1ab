"""The dashboard `orders`: what the shop does, what its queues hold, and what has failed."""

import json
from collections.abc import Iterable
from typing import Any

from orders.stack.alarms import PERIOD_S, alarm_of
from orders.stack.clients import Clients
from orders.stack.queues import is_for_dead_letters
from orders.stack.topology import CONSUMERS, DASHBOARD, MACHINE, METRICS, TASKS

WIDTH = 12
HEIGHT = 6
BUSINESS = ("OrdersPlaced", "OrdersFulfilled", "OrdersCancelled", "PaymentsCaptured", "PaymentsRefunded")
TROUBLES = ("PaymentDeclined", "BankUnreachable", "InsufficientInventory", "WarehouseDown")


def create(clients: Clients, queues: Iterable[str]) -> None:
    """Put the dashboard; it watches the dead letters of these queues."""
    functions = [*TASKS.values(), *(consumer.name for consumer in CONSUMERS)]
    machine = clients.arn("states", f"stateMachine:{MACHINE}")
    charts = (
        ("What the shop does", [[METRICS, name, "service", "count-orders"] for name in BUSINESS], "Sum"),
        ("Orders that fail, by reason", [[METRICS, name, "service", _task_of(name)] for name in TROUBLES], "Sum"),
        ("Executions", [["AWS/States", name, "StateMachineArn", machine] for name in _EXECUTIONS], "Sum"),
        ("Age of the oldest message", [_age(consumer.queue) for consumer in CONSUMERS], "Maximum"),
        ("Errors of functions", [["AWS/Lambda", "Errors", "FunctionName", name] for name in functions], "Sum"),
        ("Duration of functions", [["AWS/Lambda", "Duration", "FunctionName", name] for name in functions], "p99"),
    )
    widgets = [_chart(clients, place, *chart) for place, chart in enumerate(charts)]
    arns = [
        clients.arn("cloudwatch", f"alarm:{alarm_of(queue)}") for queue in sorted(queues) if is_for_dead_letters(queue)
    ]
    told = {"title": "Dead letters", "alarms": arns}
    widgets.append({"type": "alarm", "width": 2 * WIDTH, "height": HEIGHT, "properties": told})
    answer = clients.metrics.put_dashboard(DashboardName=DASHBOARD, DashboardBody=json.dumps({"widgets": widgets}))
    if answer.get("DashboardValidationMessages"):
        raise RuntimeError(f"the dashboard is not as it should be: {answer['DashboardValidationMessages']}")


_EXECUTIONS = ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut")


def _age(queue: str) -> list[str]:
    return ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue]


def _task_of(trouble: str) -> str:
    """The function that counts this trouble."""
    return "process-payment" if trouble in ("PaymentDeclined", "BankUnreachable") else "reserve-inventory"


def _chart(clients: Clients, place: int, title: str, metrics: list[list[str]], statistic: str) -> dict[str, Any]:
    told = {
        "title": title,
        "metrics": metrics,
        "stat": statistic,
        "period": PERIOD_S,
        "region": clients.region,
        "view": "timeSeries",
    }
    x, y = place % 2 * WIDTH, place // 2 * HEIGHT
    return {"type": "metric", "x": x, "y": y, "width": WIDTH, "height": HEIGHT, "properties": told}
