"""Views for the console: the traces in which somebody has annotated a value, whatever the annotation's name; and what
hangs below what of that which clients tell of a trace."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import orjson

from eventyard.engine.call import Call
from eventyard.engine.registry import Operation
from eventyard.services.xray.model.segments import Document, steps
from eventyard.services.xray.queries import segments
from eventyard.store.tx import Tx

SEARCHED_MAX = 10_000
"""Traces that are searched, the latest: there is no index over values."""


def traces_annotated(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The `traces` in which an annotation has that `value`, the latest first."""
    value = str(call.params["value"])
    found = segments.documents_with(
        tx,
        account=call.account,
        region=call.region,
        text=orjson.dumps(value).decode()[1:-1],
        traces_max=SEARCHED_MAX,
    )
    return {"traces": list(dict.fromkeys(trace for trace, document in found if _is_annotated(document, value)))}


def _is_annotated(document: Document, value: str) -> bool:
    parts = (document, *steps(document))
    return any(str(given) == value for part in parts for given in part.get("annotations", {}).values())


def parents_of(tx: Tx, call: Call[Any]) -> Mapping[str, str]:
    """The id of each segment and subsegment of a `trace`, with that of its parent; empty where it has none."""
    found: dict[str, str] = {}
    for document in segments.documents(tx, call.params["trace"], account=call.account, region=call.region):
        found[document["id"]] = document.get("parent_id", "")
        waiting = [document]
        while waiting:
            above = waiting.pop()
            for step in above.get("subsegments") or ():
                found[step["id"]] = above["id"]
                waiting.append(step)
    return found


VIEWS: Mapping[str, Operation] = MappingProxyType({"annotated": traces_annotated, "parents": parents_of})
