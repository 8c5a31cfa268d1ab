"""Fixtures of the time stories: a platform whose time stands still until a test moves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform

SECOND_MS = 1_000


class Story(RunningPlatform):
    """A platform with shorter words for time."""

    def after(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let that much time pass; all that falls due on the way happens at its own instant."""
        whole_s = seconds + 60 * (minutes + 60 * (hours + 24 * days))
        self.advance(round(whole_s * SECOND_MS))

    def queue(self, name: str, **attributes: str) -> str:
        """The URL of a new queue."""
        return self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def received(self, url: str) -> list[str]:
        """The bodies that a receive gives now."""
        answer = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A platform in the frozen time of 2026-01-01."""
    running = Story(tmp_path, clock=VirtualClock())
    yield running
    running.close()
