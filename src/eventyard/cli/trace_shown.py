"""One order's trees for people: a line for each hop with when it began, how long it took and how it ended.

An invocation is on its function's line where it was the only one, its environment's start too; what a function's SDK
asked of tables and the like is counted, unless it failed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from rich.markup import escape
from rich.tree import Tree

LINE_CHARACTERS_MAX = 160
LINES_MAX = 6
"""Log lines of one invocation that are shown; `--json` has all."""

Node = Mapping[str, Any]

_COLOURS: Mapping[str, str] = MappingProxyType({"ok": "green", "error": "red", "fault": "red", "throttle": "yellow"})
_COUNTS: Mapping[str, str] = MappingProxyType(
    {
        "events": "events",
        "messages": "messages",
        "invocations": "invocations",
        "states": "states",
        "mails": "mails",
        "lines": "log lines",
        "dead_letters": "dead letters",
        "waits": "waiting",
    }
)


def shown(story: Mapping[str, Any]) -> Tree:
    """The whole story as one tree."""
    began_at_ms = story["began_at_ms"]
    began = datetime.fromtimestamp(began_at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    counts = ", ".join(f"{story['counts'][name]} {word}" for name, word in _COUNTS.items() if story["counts"][name])
    colour = _COLOURS[story["status"]]
    headline = f"[bold]{escape(story['key'])}[/bold] [{colour}]{story['status']}[/{colour}] {_took(story['took_ms'])}"
    root = Tree(f"{headline}\n[dim]from {began} UTC: {counts}[/dim]", guide_style="dim")
    for tree in story["trees"]:
        _add(root, tree, began_at_ms)
    if story["is_cut"]:
        root.add("[dim]There is more than is shown: its traces are too large.[/dim]")
    return root


def _add(branch: Tree, node: Node, began_at_ms: int) -> None:
    node = _with_sender(node)
    children: Sequence[Node] = node["children"]
    if _is_one_try(node):
        (tried,) = (child for child in children if child["kind"] == "invocation")
        node = {**node, "told": {**node["told"], **tried["told"]}, "lines": tried["lines"]}
        children = [*tried["children"], *(child for child in children if child is not tried)]
    at = f"[dim]+{(node['started_at_ms'] - began_at_ms) / 1000:.3f}s[/dim]"
    own = branch.add(f"{at} {_LABELS.get(node['kind'], _named)(node)}{_ending(node)}{_cold(children)}")
    for line in node["lines"][:LINES_MAX]:
        own.add(f"[dim]{escape(_said(line['message']))}[/dim]")
    if len(node["lines"]) > LINES_MAX:
        own.add(f"[dim]{len(node['lines']) - LINES_MAX} more log lines[/dim]")
    quiet = [child for child in children if _is_quiet(child)]
    if quiet:
        own.add(f"[dim]{len(quiet)} requests: {escape(', '.join(dict.fromkeys(_asked(one) for one in quiet)))}[/dim]")
    for child in children:
        if child["kind"] != "init" and child not in quiet:
            _add(own, child, began_at_ms)
    if node["more"]:
        own.add(f"[dim]{node['more']} more[/dim]")


def _with_sender(node: Node) -> Node:
    """A pipe or a schedule takes and sends on itself: one line for both."""
    children = node["children"]
    if len(children) != 1 or (children[0]["kind"], children[0]["arn"]) != (node["kind"], node["arn"]):
        return node
    return children[0] if children[0]["target"] else node


def _is_one_try(node: Node) -> bool:
    tries = sum(child["kind"] == "invocation" for child in node["children"])
    return str(node["kind"]) == "function" and tries == 1


def _is_quiet(node: Node) -> bool:
    return bool(node["kind"] == "request" and node["status"] == "ok" and not node["children"])


def _asked(node: Node) -> str:
    return f"{node['told'].get('operation', 'request')} {node['name']}"


def _cold(children: Sequence[Node]) -> str:
    began = next((child for child in children if child["kind"] == "init"), None)
    return "" if began is None else f" [dim]cold start {_took(began['took_ms'])}[/dim]"


def _ending(node: Node) -> str:
    """How it ended and how long that took; what is not well in its colour."""
    parts = [f" [dim]{_took(node['took_ms'])}[/dim]" if node["took_ms"] else ""]
    if node["outcome"] and node["outcome"] != "delivered":
        parts.append(f" [yellow]{escape(node['outcome'])}[/yellow]")
    elif node["status"] != "ok":
        parts.append(f" [{_COLOURS[node['status']]}]{node['status']}[/{_COLOURS[node['status']]}]")
    if (node["attempts"] or 1) > 1:
        parts.append(f" {node['attempts']} attempts")
    if node["waits"]:
        parts.append(f" [yellow]{node['waits']}[/yellow]")
    if node["reason"]:
        parts.append(f" [red]{escape(node['reason'][:LINE_CHARACTERS_MAX])}[/red]")
    if node["dead_letter"]:
        parts.append(f" [red]dead letter in {escape(node['dead_letter'].rpartition(':')[2])}[/red]")
    return "".join(parts)


def _said(message: str) -> str:
    """A log line; of one in JSON what it says, and how grave it is."""
    try:
        told = json.loads(message)
        text = f"{told['level']} {told['message']}"
    except (ValueError, KeyError, TypeError):
        text = message
    return text if len(text) <= LINE_CHARACTERS_MAX else f"{text[:LINE_CHARACTERS_MAX]}…"


def _took(duration_ms: int) -> str:
    return f"{duration_ms / 1000:.1f} s" if duration_ms >= 1_000 else f"{duration_ms} ms"


def _named(node: Node) -> str:
    return f"{node['kind']} {escape(node['name'])}"


def _event(node: Node) -> str:
    try:
        what = json.loads(node["payload"])["detail-type"]
    except (ValueError, KeyError, TypeError):
        what = ""
    return f"{_named(node)} [bold]{escape(what)}[/bold] [dim]{escape(node['event_id'])}[/dim]"


def _rule(node: Node) -> str:
    return f"{_named(node)} → {escape(node['target_name'])}" if node["target_name"] else _named(node)


def _request(node: Node) -> str:
    return f"request {escape(_asked(node))}"


def _wait(node: Node) -> str:
    receives = node["told"].get("receives", 1)
    return f"{_named(node)} waited" + (f" (receive {receives})" if receives > 1 else "")


def _batch(node: Node) -> str:
    records, failed = node["told"].get("records", 1), node["told"].get("failed", 0)
    return f"batch of {records}" + (f", {failed} failed" if failed else "")


def _execution(node: Node) -> str:
    return f"{_named(node)} {escape(str(node['told'].get('status', '')))}"


def _try(node: Node) -> str:
    return f"try {node['told'].get('attempt', 1)} [dim]{escape(str(node['told'].get('request_id', '')))}[/dim]"


def _state(node: Node) -> str:
    return f"state [bold]{escape(str(node['told'].get('state', '')))}[/bold]"


def _mail(node: Node) -> str:
    told = node["told"]
    return f"mail [bold]{escape(str(told.get('subject', '')))}[/bold] to {escape(', '.join(told.get('to', ())))}"


_LABELS: Mapping[str, Callable[[Node], str]] = MappingProxyType(
    {
        "bus": _event,
        "rule": _rule,
        "request": _request,
        "queue": _wait,
        "mapping": _batch,
        "machine": _execution,
        "invocation": _try,
        "state": _state,
        "mail": _mail,
    }
)
