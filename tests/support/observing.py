"""What a platform has observed, as a test reads it: the spans of its traces, and what was counted."""

from collections.abc import Sequence
from typing import Any

from eventyard.engine.observing.series import Tally
from eventyard.engine.trace import read
from eventyard.engine.trace.span import Span
from tests.support.platform import ACCOUNT, REGION, RunningPlatform

_FOREVER_S = 1 << 32


class Observed:
    """What the platform observes from now on; every question waits first until nothing is in progress."""

    def __init__(self, platform: RunningPlatform) -> None:
        self._platform = platform
        self._tallies: list[Tally] = []
        observer = platform.platform.engine.observer
        given = observer._sink

        def record(tx: Any, call: Any, tallies: Sequence[Tally]) -> None:
            self._tallies += tallies
            given(tx, call, tallies)

        observer._sink = record

    def spans(self, *, region: str = REGION) -> list[Span]:
        """Every span of every trace that began in the region."""
        return self._read(lambda tx, call: [span for trace in _traces(tx, region) for span in read.spans_of(tx, trace)])

    def trees(self) -> list[list[str]]:
        """Every trace as its hops, each as `kind` behind one dot for each span above it, in the order of the tree."""
        by_trace: dict[str, list[Span]] = {}
        for span in self.spans():
            by_trace.setdefault(span.trace, []).append(span)
        return [_tree(spans) for spans in by_trace.values()]

    def linked(self, trace: str) -> list[tuple[str, str]]:
        """The spans elsewhere that link to the trace."""
        return self._read(lambda tx, call: read.linked_to(tx, trace))

    def counted(self, namespace: str, name: str, **dimensions: str) -> dict[float, int]:
        """The values of a metric with these dimensions alone, and how often each was counted."""
        self._settle()
        wanted = tuple(sorted(dimensions.items()))
        counts: dict[float, int] = {}
        for series, _, values in self._tallies:
            if (series.namespace, series.name, series.dimensions) == (namespace, name, wanted):
                for value, times in values.items():
                    counts[value] = counts.get(value, 0) + times
        return counts

    def total(self, namespace: str, name: str, **dimensions: str) -> float:
        """The sum of a metric with these dimensions alone."""
        return sum(value * times for value, times in self.counted(namespace, name, **dimensions).items())

    def units(self, namespace: str) -> dict[str, str]:
        """The unit of each metric of the namespace that was counted."""
        self._settle()
        return {one.series.name: one.series.unit for one in self._tallies if one.series.namespace == namespace}

    def _settle(self) -> None:
        self._platform.run(self._platform.platform.engine.settle())

    def _read(self, work: Any) -> Any:
        self._settle()
        engine = self._platform.platform.engine

        async def run() -> Any:
            return await engine.run(work, engine.new_call(service="test", account=ACCOUNT, region=REGION))

        return self._platform.run(run())


def _traces(tx: Any, region: str) -> list[str]:
    return read.traces_between(tx, account=ACCOUNT, region=region, from_s=0, until_s=_FOREVER_S - 1, rows_max=1000)


def _tree(spans: Sequence[Span]) -> list[str]:
    ids = {span.id for span in spans}
    roots = [span for span in spans if span.parent not in ids]
    shown: list[str] = []

    def show(span: Span, depth: int) -> None:
        shown.append("." * depth + span.kind)
        for child in spans:
            if child.parent == span.id:
                show(child, depth + 1)

    for root in roots:
        show(root, 0)
    return shown
