"""Fixtures of CloudWatch's tests: a client in frozen time."""

from typing import Any

import pytest

from tests.support.platform import RunningPlatform


@pytest.fixture
def cloudwatch(timed_platform: RunningPlatform) -> Any:
    """A client of a platform whose time stands still."""
    return timed_platform.client("cloudwatch")
