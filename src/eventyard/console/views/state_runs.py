"""What an execution's history tells of each state: when it was entered and left, with what, and what failed in it.

An event belongs to the state that was entered last before it on its chain of previous events; a state's exit is told
by its name, since what comes before it may be the last event of a branch.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

RUNS_MAX = 40
"""Times that one state was entered that are told, the latest."""
_FAILURES = ("Failed", "TimedOut", "Aborted")
_TRIES = ("Scheduled",)


def runs_of(events: Sequence[Mapping[str, Any]], *, has_ended: bool) -> dict[str, list[dict[str, Any]]]:
    """By a state's name its runs in the order of their beginning."""
    runs: dict[int, dict[str, Any]] = {}
    owner: dict[int, int] = {}
    for event in events:
        id = event["id"]
        owner[id] = owner.get(event.get("previousEventId", 0), 0)
        details = _details(event)
        if event["type"].endswith("StateEntered"):
            owner[id] = id
            runs[id] = _entered(event, details)
        elif event["type"].endswith("StateExited"):
            _leave(runs, event, details)
        elif (run := runs.get(owner[id])) is not None:
            _happen(run, event, details)
    for run in runs.values():
        _finish(run, has_ended=has_ended)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for run in runs.values():
        by_name.setdefault(run["name"], []).append(run)
    return {name: own[-RUNS_MAX:] for name, own in by_name.items()}


def rows_of(events: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The events as a table shows them."""
    for event in events:
        details = _details(event)
        yield {
            "id": event["id"],
            "at_ms": event["timestamp"],
            "type": event["type"],
            "name": details.get("name", ""),
            "error": ": ".join(filter(None, (details.get("error"), details.get("cause")))),
            "told": {name: value for name, value in details.items() if not name.endswith("Details")},
        }


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    found = (value for name, value in event.items() if name.endswith("EventDetails"))
    details: Mapping[str, Any] = next(found, {})
    return details


def _entered(event: Mapping[str, Any], details: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": details.get("name", ""),
        "type": event["type"].removesuffix("StateEntered"),
        "status": "",
        "entered_at_ms": event["timestamp"],
        "exited_at_ms": None,
        "took_ms": None,
        "input": details.get("input", ""),
        "output": "",
        "attempts": 0,
        "errors": [],
    }


def _leave(runs: Mapping[int, dict[str, Any]], event: Mapping[str, Any], details: Mapping[str, Any]) -> None:
    """The state of that name that was entered first and is still there is left: of several items, in their order."""
    name = details.get("name")
    run = next((run for run in runs.values() if run["name"] == name and run["exited_at_ms"] is None), None)
    if run is not None:
        run["exited_at_ms"] = event["timestamp"]
        run["took_ms"] = event["timestamp"] - run["entered_at_ms"]
        run["output"] = details.get("output", "")


def _happen(run: dict[str, Any], event: Mapping[str, Any], details: Mapping[str, Any]) -> None:
    if event["type"].endswith(_TRIES):
        run["attempts"] += 1
    if event["type"].endswith(_FAILURES):
        run["errors"].append(
            {
                "at_ms": event["timestamp"],
                "type": event["type"],
                "reason": ": ".join(filter(None, (details.get("error"), details.get("cause")))) or event["type"],
            }
        )


def _finish(run: dict[str, Any], *, has_ended: bool) -> None:
    """A state that was left went well at last; one that the end of its execution found in it did not."""
    if run["exited_at_ms"] is not None:
        run["status"] = "ok"
    else:
        run["status"] = "failed" if has_ended else "running"
