"""Where the latest spans happened: who called, for those who are called while the caller's span is not written yet.

A function's SDK names the span of the invocation that is going on; what is written of the request says which function
that was, so that the service graph has an edge from it. Reading the span instead would come too early: it is written
when the invocation ends. Only so many are kept; of a caller that has been forgotten nobody says who it was.
"""

from collections import OrderedDict

NODES_MAX = 16_384
"""Spans that are kept: more than run at a time, and a few megabytes."""


class Nodes:
    """One platform's, of this process: a span whose children come by another one has nobody known as their caller.

    Operations on several threads use it at once; each step is one of the dictionary's own, and nothing comes between.
    """

    def __init__(self) -> None:
        self._nodes: OrderedDict[str, str] = OrderedDict()

    def put(self, span: str, arn: str) -> None:
        """What this span causes is caused by the ARN; nothing where there is none."""
        if not arn:
            return
        self._nodes[span] = arn
        if len(self._nodes) > NODES_MAX:
            self._nodes.popitem(last=False)

    def of(self, span: str) -> str:
        """The ARN that the span's children come from; empty where that is a client, or long ago."""
        return self._nodes.get(span, "")
