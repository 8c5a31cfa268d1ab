"""Fixtures of the API tests: every test has its own platform, once on each database, and talks to it by boto3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform


@pytest.fixture(params=["sqlite", "postgresql"])
def platform_store(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings that choose the database."""
    if request.param == "sqlite":
        return {}
    return {"store_url": request.getfixturevalue("furnished_database")}


@pytest.fixture
def platform(tmp_path: Path, platform_store: dict[str, Any]) -> Iterator[RunningPlatform]:
    """A platform in real time."""
    running = RunningPlatform(tmp_path, **platform_store)
    yield running
    running.close()


@pytest.fixture
def timed_platform(tmp_path: Path, platform_store: dict[str, Any]) -> Iterator[RunningPlatform]:
    """A platform whose time stands still until `advance`."""
    running = RunningPlatform(tmp_path, clock=VirtualClock(), **platform_store)
    yield running
    running.close()
