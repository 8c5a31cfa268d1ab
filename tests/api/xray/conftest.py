"""A platform that the cases of one table share."""

from collections.abc import Iterator
from typing import Any

import pytest

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform


@pytest.fixture(scope="module")
def shared_platform(tmp_path_factory) -> Iterator[RunningPlatform]:
    """A platform that stands at the beginning of the virtual time."""
    running = RunningPlatform(tmp_path_factory.mktemp("shared"), clock=VirtualClock())
    yield running
    running.close()


@pytest.fixture(scope="module")
def shared_xray(shared_platform) -> Any:
    """Its client."""
    return shared_platform.client("xray")
