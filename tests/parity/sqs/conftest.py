"""A platform whose time stands still, and a client of it in each of SQS's protocols."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[RunningPlatform]:
    running = RunningPlatform(tmp_path, clock=VirtualClock())
    yield running
    running.close()
