"""A view for the console: the traces in which somebody has annotated a value, whatever the annotation's name."""

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


VIEWS: Mapping[str, Operation] = MappingProxyType({"annotated": traces_annotated})
