"""What the functions of the fulfilment machine do the same way: read the order, and say whose it is on each log line.

A task may be performed twice: the machine tries again, and whoever performed it may die before it says so. So the work
of each is keyed by the order, and the second time gives back what the first has done.

A failure reaches the machine by its exception's name. `PaymentDeclined` and `InsufficientInventory` are answers;
everything else the machine takes for a service's failure and tries again. Each is counted by that name.
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from order import Order, read_order  # type: ignore[import-not-found]

logger = Logger()
tracer = Tracer()
metrics = Metrics()


def task(work: Callable[[Order], dict[str, Any]]) -> Callable[[dict[str, Any], LambdaContext], dict[str, Any]]:
    """A Lambda handler that does the work for the order that it is given, and gives back its result."""

    @logger.inject_lambda_context(correlation_id_path="correlationId", clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        order = read_order(event)
        logger.append_keys(order_id=order.order_id)
        try:
            result = perform(order)
        except Exception as failure:
            metrics.add_metric(name=type(failure).__name__, unit=MetricUnit.Count, value=1)
            logger.warning("order not handled", reason=f"{type(failure).__name__}: {failure}")
            raise
        metrics.add_metric(name="TasksDone", unit=MetricUnit.Count, value=1)
        logger.info("order handled")
        return result

    @tracer.capture_method(capture_response=False)
    def perform(order: Order) -> dict[str, Any]:
        tracer.put_annotation("orderId", order.order_id)
        tracer.put_annotation("correlationId", order.correlation_id)
        return work(order)

    return handler
