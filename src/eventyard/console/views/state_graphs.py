"""A machine's definition as a graph for `static/graph.js`: a node for each state, an edge for each way on.

States within branches and iterators are nodes like the others, reached from the state that holds them. Names are
unique in the whole of a definition, so they are the ids.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

BEGIN = "(start)"
"""The node of the beginning; no state can be called so and be found, for ids of states begin with a slash."""

_GLYPHS: Mapping[str, str] = {
    "Task": "machine",
    "Choice": "rule",
    "Wait": "schedule",
    "Map": "bus",
    "Parallel": "bus",
    "Fail": "dead letters",
}
_HOLDERS: Mapping[str, str] = {"Map": "each item", "Parallel": "branch"}


def graph_of(definition: str, told: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Nodes and edges; `told` has by a state's name its `status`, `lines` and `way` of the drawing."""
    machine = orjson.loads(definition)
    nodes = [{"id": BEGIN, "label": "start", "kind": "producer", "state": "", "href": "", "lines": []}]
    edges = [_edge(BEGIN, machine["StartAt"], "")]
    for name, state in states_of(machine):
        own = told.get(name, {})
        nodes.append(
            {
                "id": f"/{name}",
                "label": name,
                "kind": _GLYPHS.get(state["Type"], "state"),
                "state": own.get("drawn", ""),
                "href": f"#state-{own['place']}" if "place" in own else "",
                "lines": [state["Type"], *own.get("lines", ())],
            }
        )
        edges += [_edge(f"/{name}", to, label, kind) for to, label, kind in _ways(state)]
    distinct = {(edge["source"], edge["target"], edge["kind"]): edge for edge in edges}
    return {"nodes": nodes, "edges": list(distinct.values())}


def states_of(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every state with its name, those within others after them."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        for inner in _inner(state):
            yield from states_of(inner)


def _inner(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    iterator = state.get("ItemProcessor") or state.get("Iterator")
    return [*state.get("Branches", ()), *([iterator] if iterator else ())]


def _ways(state: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(the state it leads to, what the way is called, its kind)."""
    for inner in _inner(state):
        yield inner["StartAt"], _HOLDERS.get(state["Type"], ""), "within"
    if "Next" in state:
        yield state["Next"], "", "next"
    for choice in state.get("Choices", ()):
        yield choice["Next"], "", "choice"
    if "Default" in state:
        yield state["Default"], "else", "choice"
    for catch in state.get("Catch", ()):
        yield catch["Next"], "caught", "dead letter"


def _edge(source: str, target: str, label: str, kind: str = "next") -> dict[str, str]:
    return {"source": source, "target": f"/{target}", "label": label, "kind": kind, "state": ""}
