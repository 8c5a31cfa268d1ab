"""Functions written on the spot, and queues that feed them."""

import io
import textwrap
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

ROLE = "arn:aws:iam::000000000000:role/any"


def zipped(source: str, name: str = "app.py") -> bytes:
    """A zip with this one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), textwrap.dedent(source))
    return buffer.getvalue()


@pytest.fixture
def functions(platform) -> Any:
    """A Lambda client."""
    return platform.client("lambda")


@pytest.fixture
def sqs(platform) -> Any:
    return platform.client("sqs")


@pytest.fixture
def create(functions) -> Callable[..., dict]:
    """Create the function `shop` (or `name`) from its source."""

    def make(source: str, name: str = "shop", **changes) -> dict:
        params = {
            "FunctionName": name,
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "app.handler",
            "Code": {"ZipFile": zipped(source)},
            "Timeout": 10,
            **changes,
        }
        return functions.create_function(**params)

    return make


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait until `look` gives something true; it asks with long polls or the like, so it needs no pause."""

    def wait(look: Callable[[], Any], timeout_s: float = 20) -> Any:
        ends_s = time.monotonic() + timeout_s
        while time.monotonic() < ends_s:
            if found := look():
                return found
        pytest.fail("it did not happen in time")

    return wait
