"""Queues on both stores."""

from collections.abc import Iterator

import pytest

from eventyard.store.tx import Store
from tests.support.engine import Platform
from tests.support.sqs import Queues, sqs_service


@pytest.fixture
def platform(store: Store) -> Iterator[Platform]:
    platform = Platform(store, [sqs_service()])
    yield platform
    platform.close()


@pytest.fixture
def sqs(platform: Platform) -> Queues:
    return Queues(platform)
