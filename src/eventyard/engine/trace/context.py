"""The trace context in AWS X-Ray's form: `Root=1-67890abc-…;Parent=53995c3f42cd8ad8;Sampled=1`.

Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
"""

from typing import NamedTuple

from eventyard.base.ids import Ids


class TraceContext(NamedTuple):
    """One place in a trace: `root` the trace's id, `parent` the span that causes what comes next; empty at the root."""

    root: str
    parent: str = ""
    is_sampled: bool = True

    def header(self) -> str:
        """The value of `X-Amzn-Trace-Id` and of a message's `AWSTraceHeader`."""
        parent = f";Parent={self.parent}" if self.parent else ""
        return f"Root={self.root}{parent};Sampled={int(self.is_sampled)}"


def new_trace(now_ms: int, ids: Ids) -> TraceContext:
    """A trace of its own, for what nothing else caused."""
    return TraceContext(root=f"1-{now_ms // 1000:08x}-{ids.trace_digits()}")


def read_header(text: str) -> TraceContext | None:
    """The context in a header's value, or `None` when it names no root."""
    parts = dict(part.strip().partition("=")[::2] for part in text.split(";"))
    root = parts.get("Root", "")
    if not root.startswith("1-"):
        return None
    return TraceContext(root=root, parent=parts.get("Parent", ""), is_sampled=parts.get("Sampled", "1") != "0")
