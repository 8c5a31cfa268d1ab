"""Segments in: PutTraceSegments. And what daemons say of themselves."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.xray.model.segments import Refused, read
from eventyard.services.xray.queries import settings
from eventyard.services.xray.work.keeping import forget_later, keep
from eventyard.store.tx import Tx


def put_trace_segments(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Take each document that is one; the others are told."""
    taken, refused = [], []
    for text in call.params["TraceSegmentDocuments"]:
        found = read(text, call.now_ms)
        if isinstance(found, Refused):
            refused.append(found.shown())
        else:
            taken += found
    keep(tx, call, taken)
    return {"UnprocessedTraceSegments": refused}


def put_telemetry_records(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Keep what a daemon says of itself; nobody can ask for it, here as on AWS."""
    host = call.params.get("Hostname") or call.params.get("EC2InstanceId") or ""
    place = {"account": call.account, "region": call.region}
    for record in call.params["TelemetryRecords"]:
        settings.keep_telemetry(tx, **place, at_s=call.now_ms // 1000, host=host, record=record)
    forget_later(tx, call)
    return {}
