"""Where the latest spans happened: who called, for those who are called while the caller's span is not written yet.

A function's SDK names the span of the invocation that is going on; what is written of the request says which function
that was, so that the service graph has an edge from it. Reading the span instead would come too early: it is written
when the invocation ends. Only so many are kept; of a caller that has been forgotten nobody says who it was.
"""

NODES_MAX = 16_384
"""Spans that are kept: more than run at a time, and a few megabytes."""


class Nodes:
    """One platform's, of this process: a span whose children come by another one has nobody known as their caller."""

    def __init__(self) -> None:
        self._nodes: dict[str, str] = {}

    def put(self, span: str, arn: str) -> None:
        """What this span causes is caused by the ARN; nothing where there is none."""
        if not arn:
            return
        self._nodes[span] = arn
        if len(self._nodes) > NODES_MAX:
            self._nodes.pop(next(iter(self._nodes)), None)

    def of(self, span: str) -> str:
        """The ARN that the span's children come from; empty where that is a client, or long ago."""
        return self._nodes.get(span, "")
