"""Whole traces: clients' segments and the engine's spans together, one by one or as they follow each other in time."""

from collections.abc import Sequence

from eventyard.engine.trace import read
from eventyard.services.xray.model.assembling import Trace, assemble
from eventyard.services.xray.model.segments import Document
from eventyard.services.xray.model.spans import segments_of
from eventyard.services.xray.queries import segments
from eventyard.store.tx import Tx


def documents(tx: Tx, trace: str, *, account: str, region: str) -> list[Document]:
    """Every document of the trace, not yet put together: clients' first. The engine's are those of the account."""
    own = segments.documents(tx, trace, account=account, region=region)
    spans = [span for span in read.spans_of(tx, trace) if span.account == account]
    return [*own, *segments_of(spans)]


def trace(tx: Tx, trace: str, *, account: str, region: str) -> Trace | None:
    """The trace, `None` where nothing of it is known."""
    return assemble(trace, documents(tx, trace, account=account, region=region))


def place_of(tx: Tx, trace: str) -> tuple[str, str] | None:
    """(account, region) in which the trace is known first, `None` where it is not known."""
    return read.place_of(tx, trace) or segments.place_of_trace(tx, trace)


def arrived_since(tx: Tx, *, since_ms: int) -> list[str]:
    """The traces of which clients have told since then."""
    return segments.arrived_since(tx, since_ms=since_ms)


def between(
    tx: Tx, *, account: str, region: str, from_s: int, until_s: int, after: str, is_failed: bool = False, rows_max: int
) -> Sequence[tuple[str, str]]:
    """(place, trace) of the traces that began from the one second up to before the other, in the order of places.

    Only those after the place `after`; with `is_failed`, only those in which something has failed. The engine's traces
    are at their ids' places.
    """
    first, end = max(f"1-{from_s:08x}", f"{after}~" if after else ""), f"1-{until_s:08x}"
    of_clients = segments.traces_between(
        tx, account=account, region=region, first=first, end=end, is_failed=is_failed, rows_max=rows_max
    )
    of_engine = (read.failed_between if is_failed else read.traces_between)(
        tx, account=account, region=region, from_s=from_s, until_s=until_s, after=after, rows_max=rows_max
    )
    places = {trace: place for place, trace in of_clients}
    return sorted({*of_clients, *((trace, trace) for trace in of_engine if trace not in places)})[:rows_max]
