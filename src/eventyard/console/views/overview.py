"""The first page: what needs somebody, and what goes on."""

from collections.abc import Mapping
from typing import Any

from eventyard.console.views import traffic
from eventyard.engine.call import Call
from eventyard.store.tx import Tx


def overview(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The latest that was accepted."""
    call.params = {**call.params, "outcome": "trouble", "kind": "all"}
    return {"troubles": traffic.latest(tx, call)["events"][:20]}
