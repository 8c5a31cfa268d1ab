"""Fixtures of the journeys: the real server process on a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import ABSENT, browsing, chromium
from tests.support.server import ServerProcess


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """An open server that serves."""
    made = ServerProcess(tmp_path / "data").start()
    yield made
    made.close()


@pytest.fixture
def strict_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that checks every signature; its one key is in the file `credentials` of its folder."""
    made = ServerProcess(tmp_path / "data", "--auth", "strict").start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; tests that use it are skipped where it is absent."""
    if chromium() is None:
        pytest.skip(ABSENT)
    with browsing() as made:
        yield made
