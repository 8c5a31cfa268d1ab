"""X-Ray's daemon: datagrams of SDKs, and a function whose Tracer sends some."""

import io
import json
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_xray_sdk
import pytest

from tests.support.platform import RunningPlatform

HEADER = b'{"format": "json", "version": 1}\n'
START_S = 1_767_225_600
TRACE = f"1-{START_S:08x}-a006649127e371903a2de979"
HANDLER = """
from aws_lambda_powertools import Tracer

tracer = Tracer(service="shop")


@tracer.capture_method
def reserve(order):
    tracer.put_annotation("orderId", order)
    return order


@tracer.capture_lambda_handler
def handler(event, context):
    return reserve(event["order"])
"""


@pytest.fixture
def send(timed_platform) -> Callable[[bytes], None]:
    """Send a datagram to the platform's daemon."""

    def send(datagram: bytes) -> None:
        _send(timed_platform, datagram)

    return send


def _send(platform: RunningPlatform, datagram: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, ("127.0.0.1", platform.platform.xray_port))


def _document(name: str, number: int) -> bytes:
    segment = {"name": name, "id": f"{number:016x}", "trace_id": TRACE, "start_time": START_S, "end_time": START_S + 1}
    return json.dumps(segment).encode()


def _names(xray: Any) -> list[str]:
    traces = xray.batch_get_traces(TraceIds=[TRACE])["Traces"]
    return sorted(json.loads(one["Document"])["name"] for trace in traces for one in trace["Segments"])


def test_datagrams_become_segments_and_what_is_none_is_dropped(timed_platform, send):
    xray = timed_platform.client("xray")
    for wrong in (b"", b"\xff\n{}", b"{}", HEADER, HEADER.replace(b"1", b"2") + _document("two", 2), HEADER + b"{"):
        send(wrong)
    send(HEADER + _document("one", 1))
    send(HEADER + _document("three", 3))
    for _ in range(50):  # each turn gives the socket its own
        timed_platform.advance(2_500)
        if _names(xray) == ["one", "three"]:
            break
    assert _names(xray) == ["one", "three"]


def test_what_was_gathered_is_written_before_the_end(tmp_path):
    platform = RunningPlatform(tmp_path, is_ephemeral=False)
    trace = f"1-{int(time.time()):08x}-a006649127e371903a2de979"
    segment = {"name": "late", "id": "1" * 16, "trace_id": trace, "start_time": time.time(), "end_time": time.time()}
    _send(platform, HEADER + json.dumps(segment).encode())
    for _ in range(20):
        platform.call(lambda: None)
    platform.close()
    platform = RunningPlatform(tmp_path, is_ephemeral=False)
    (found,) = platform.client("xray").batch_get_traces(TraceIds=[trace])["Traces"]
    platform.close()
    assert json.loads(found["Segments"][0]["Document"])["name"] == "late"


def test_two_platforms_have_a_daemon_each_and_a_third_may_have_none(tmp_path):
    first, second = RunningPlatform(tmp_path / "a"), RunningPlatform(tmp_path / "b")
    ports = {first.platform.xray_port, second.platform.xray_port}
    first.close()
    second.close()
    assert len(ports) == 2
    none = RunningPlatform(tmp_path / "c", xray_port=0)
    assert none.platform.xray_port == 2000
    none.close()


def _zipped(source: str) -> bytes:
    """The source, and the libraries that it needs beside what every function has."""
    buffer = io.BytesIO()
    site = Path(aws_xray_sdk.__file__).parents[1]
    files = [file for name in ("aws_lambda_powertools", "aws_xray_sdk", "wrapt") for file in (site / name).rglob("*")]
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", source)
        for file in files:
            if file.suffix in (".py", ".so", ".json"):
                archive.write(file, file.relative_to(site))
    return buffer.getvalue()


def test_a_functions_tracer_adds_to_the_segment_of_its_invocation(tmp_path):
    platform = RunningPlatform(tmp_path)
    functions, xray = platform.client("lambda"), platform.client("xray")
    functions.create_function(
        FunctionName="shop",
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="app.handler",
        Code={"ZipFile": _zipped(HANDLER)},
        Timeout=20,
        TracingConfig={"Mode": "Active"},
    )
    answer = functions.invoke(FunctionName="shop", Payload=b'{"order": "o-7"}')
    assert json.loads(answer["Payload"].read()) == "o-7"
    window = {"StartTime": time.time() - 60, "EndTime": time.time() + 60}
    found: list[Any] = []
    ends_s = time.monotonic() + 20
    while not found and time.monotonic() < ends_s:
        found = xray.get_trace_summaries(**window, FilterExpression='annotation.orderId = "o-7"')["TraceSummaries"]
    (trace,) = xray.batch_get_traces(TraceIds=[found[0]["Id"]])["Traces"]
    platform.close()
    documents = [json.loads(one["Document"]) for one in trace["Segments"]]
    (invocation,) = [one for one in documents if one.get("origin") == "AWS::Lambda::Function"]
    assert {"## handler", "## app.reserve"} <= {step["name"] for step in _steps(invocation)}


def _steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    inner = document.get("subsegments", [])
    return [document, *(step for one in inner for step in _steps(one))]
