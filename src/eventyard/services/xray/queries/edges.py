"""SQL of the map's edges that clients' segments were folded into."""

from collections.abc import Iterable

import orjson

from eventyard.engine.observing.edges import MINUTE_S, Traffic
from eventyard.languages.trace_filters.trace import Node
from eventyard.services.xray.model.graphs import Flow
from eventyard.store.tx import Row, Tx

_KEY = """account = ? and region = ? and minute_at_s = ? and source_name = ? and source_type = ?
    and name = ? and type = ? and is_link = ?"""
_COLUMNS = "minute_at_s, source_name, source_type, name, type, is_link, ok, error, fault, throttle, total_ms, steps"


def keep(tx: Tx, flows: Iterable[Flow], *, account: str, region: str) -> None:
    """Add flows to their edges' minutes."""
    joined: dict[tuple[int, Node, Node, bool], Traffic] = {}
    for flow in flows:
        minute = flow.from_ms // 1000 // MINUTE_S * MINUTE_S
        joined.setdefault((minute, flow.source, flow.node, flow.is_link), Traffic()).join(flow.traffic)
    for (minute, source, node, is_link), traffic in joined.items():
        key = (account, region, minute, source.name, source.type, node.name, node.type, int(is_link))
        kept = tx.one(f"select {_COLUMNS} from xray_edge where {_KEY}", *key)
        if kept is not None:
            traffic.join(_flow(kept).traffic)
            tx.run(f"delete from xray_edge where {_KEY}", *key)
        tx.run(
            f"insert into xray_edge (account, region, {_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(*key, *traffic.counts, traffic.total_ms),
            orjson.dumps(traffic.steps, option=orjson.OPT_NON_STR_KEYS).decode(),
        )


def between(tx: Tx, *, account: str, region: str, from_s: int, until_s: int) -> list[Flow]:
    """The flows of the minutes from the one instant up to before the other."""
    rows = tx.all(
        f"""select {_COLUMNS} from xray_edge
            where account = ? and region = ? and minute_at_s >= ? and minute_at_s < ? order by minute_at_s""",
        *(account, region, from_s, until_s),
    )
    return [_flow(row) for row in rows]


def forget(tx: Tx, *, before_s: int) -> None:
    """Delete what is from before that instant."""
    tx.run("delete from xray_edge where minute_at_s < ?", before_s)


def _flow(row: Row) -> Flow:
    minute_at_s, source_name, source_type, name, kind, is_link, *counts, total_ms, steps = row
    counted = {int(step): count for step, count in orjson.loads(steps).items()}
    return Flow(
        source=Node(source_name, source_type),
        node=Node(name, kind),
        from_ms=minute_at_s * 1000,
        until_ms=(minute_at_s + MINUTE_S) * 1000,
        traffic=Traffic(counts, total_ms, counted),
        is_link=bool(is_link),
    )
