"""Fixtures of the journeys: the real server process on a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
