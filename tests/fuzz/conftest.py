"""Fixtures of the fuzz tests: one platform with a little of everything in it, for all the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.fuzz.victim import Victim


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """A platform that is fuzzed, and can tell whether anything changed."""
    made = Victim(tmp_path_factory.mktemp("victim"))
    yield made
    made.close()
