"""Fixtures of the API tests: every test has its own platform and talks to it by boto3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[RunningPlatform]:
    """A platform in real time."""
    running = RunningPlatform(tmp_path)
    yield running
    running.close()


@pytest.fixture
def timed_platform(tmp_path: Path) -> Iterator[RunningPlatform]:
    """A platform whose time stands still until `advance`."""
    running = RunningPlatform(tmp_path, clock=VirtualClock())
    yield running
    running.close()
