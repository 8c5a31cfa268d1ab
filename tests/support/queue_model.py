"""What AWS promises of a queue, in forty lines: a list of messages and when each may be received.

It predicts how many messages a receive gives and which it may give, not which of several it chooses: AWS promises no
order between messages of a standard queue, nor between groups.
"""

from dataclasses import dataclass


@dataclass
class ModelMessage:
    body: str
    group: str
    visible_at_ms: int
    receives: int = 0
    handle: str = ""
    is_held: bool = False


class ModelQueue:
    """`is_fifo` turns the groups on."""

    def __init__(self, *, is_fifo: bool) -> None:
        self.is_fifo = is_fifo
        self.messages: list[ModelMessage] = []

    def receivable(self, now_ms: int) -> list[ModelMessage]:
        """Every message that one receive without a limit would give."""
        for message in self.messages:
            message.is_held = message.is_held and message.visible_at_ms > now_ms
        if not self.is_fifo:
            return [message for message in self.messages if message.visible_at_ms <= now_ms]
        groups = sorted({message.group for message in self.messages})
        return [message for group in groups for message in self._beginning(group, now_ms)]

    def received(self, body: str, handle: str, visible_at_ms: int, now_ms: int) -> int:
        """Note a receive; gives back how often the message was received."""
        message = next(message for message in self.messages if message.body == body)
        message.visible_at_ms, message.handle = visible_at_ms, handle
        message.is_held = visible_at_ms > now_ms
        message.receives += 1
        return message.receives

    def may_delete(self, handle: str, now_ms: int) -> bool:
        """Whether the handle deletes: a standard queue's always, a FIFO queue's while it holds the message."""
        message = self.with_handle(handle)
        return message is not None and (not self.is_fifo or message.visible_at_ms > now_ms)

    def with_handle(self, handle: str) -> ModelMessage | None:
        return next((message for message in self.messages if message.handle == handle), None)

    def _beginning(self, group: str, now_ms: int) -> list[ModelMessage]:
        beginning = []
        for message in (m for m in self.messages if m.group == group):
            if message.visible_at_ms > now_ms:
                break
            beginning.append(message)
        return beginning
