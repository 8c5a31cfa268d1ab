"""CloudWatch Logs beside a CloudWatch and a Lambda that only write down what reaches them."""

from collections.abc import Iterator

import pytest

from eventyard.base.errors import AwsError
from eventyard.engine.registry import Service
from eventyard.services.logs.work.service import logs_service
from tests.support.engine import Platform

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:reader"


class Surroundings:
    """`metrics` are the PutMetricData that came, `payloads` what functions got. A metric named `odd` is refused, and so
    is everything for a function while `is_down`."""

    def __init__(self) -> None:
        self.metrics = []
        self.payloads = []
        self.is_down = False

    def services(self) -> list[Service]:
        def put_metric_data(tx, call):
            if any(datum["MetricName"] == "odd" for datum in call.params["MetricData"]):
                raise AwsError("InvalidParameterValue", "odd")
            self.metrics.append((call.params["Namespace"], call.params["MetricData"]))

        def get_function_configuration(tx, call):
            if call.params["FunctionName"] != FUNCTION:
                raise AwsError("ResourceNotFoundException", "no")
            return {}

        def deliver(tx, call, delivery):
            if self.is_down:
                raise AwsError("ServiceException", "down", is_server_fault=True)
            self.payloads.append(delivery.body)

        return [
            Service(name="cloudwatch", operations={"PutMetricData": put_metric_data}),
            Service(
                name="lambda",
                operations={"GetFunctionConfiguration": get_function_configuration},
                targets={"lambda": deliver},
            ),
        ]


@pytest.fixture
def around() -> Surroundings:
    return Surroundings()


@pytest.fixture
def platform(store, around) -> Iterator[Platform]:
    running = Platform(store, [logs_service(), *around.services()])
    running.call("logs", "CreateLogGroup", logGroupName="shop")
    running.call("logs", "CreateLogStream", logGroupName="shop", logStreamName="one")
    yield running
    running.close()


@pytest.fixture
def put(platform):
    """Put these messages, a millisecond between them."""

    def put_lines(*messages, group="shop"):
        now_ms = platform.clock.now_ms()
        events = [{"timestamp": now_ms + at, "message": message} for at, message in enumerate(messages)]
        return platform.call("logs", "PutLogEvents", logGroupName=group, logStreamName="one", logEvents=events)

    return put_lines
