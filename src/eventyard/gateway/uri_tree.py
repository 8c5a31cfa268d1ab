"""Which operation of a REST service a method and a path stand for: the model's URI templates as one tree.

A template is literals, labels (`{Name}`, one segment) and at most one greedy label (`{Key+}`, the rest) at its end, and
may ask for query parameters after a `?`. A literal wins over a label, a label over a greedy one. Where several
operations share method and template, as in S3, the one wins of whose fixed parameters most are there, then the one that
requires most of what the query string and the headers have; where something is missing, the one that requires least, so
that validation can say what it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from eventyard.gateway.models import OperationModel
from eventyard.gateway.sigv4.canonical import query_pairs


@dataclass(slots=True)
class _Node:
    literals: "dict[str, _Node]" = field(default_factory=dict)
    label: "_Node | None" = None
    greedy: "dict[str, list[_Leaf]]" = field(default_factory=dict)
    leaves: "dict[str, list[_Leaf]]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One operation at the end of its template."""

    operation: OperationModel
    labels: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The operation found, and its path's labels, percent-decoded."""

    operation: str
    path_params: Mapping[str, str]


class UriTree:
    """The operations of one service; building it reads templates only."""

    def __init__(self, operations: Iterable[OperationModel]) -> None:
        self._root = _Node()
        for operation in operations:
            self._add(operation)

    def _add(self, operation: OperationModel) -> None:
        path, _, query = operation.uri.partition("?")
        node = self._root
        labels: list[str] = []
        is_greedy = False
        for segment in _segments(path):
            if not segment.startswith("{"):
                node = node.literals.setdefault(segment, _Node())
                continue
            is_greedy = segment.endswith("+}")
            labels.append(segment.strip("{+}"))
            if not is_greedy:
                node.label = node.label or _Node()
                node = node.label
        leaf = _Leaf(operation, tuple(labels), tuple(query_pairs(query)))
        ends = node.greedy if is_greedy else node.leaves
        ends.setdefault(operation.method, []).append(leaf)

    def find(self, *, method: str, path: str, query: str, headers: Mapping[str, str]) -> Match | None:
        """The operation that the request is for, `None` when there is none; `path` and `query` still encoded."""
        segments = _segments(path)
        found = _find(self._root, method, segments, ())
        if found is None and segments[-1] == "" and len(segments) > 1:
            found = _find(self._root, method, segments[:-1], ())  # older SDKs end some paths with a slash
        if found is None:
            return None
        leaves, captured = found
        leaf = leaves[0] if len(leaves) == 1 and not leaves[0].fixed else _choose(leaves, query, headers)
        if leaf is None:
            return None
        values = (unquote(value) for value in captured)
        return Match(leaf.operation.name, dict(zip(leaf.labels, values, strict=True)))


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _find(
    node: _Node, method: str, segments: list[str], captured: tuple[str, ...]
) -> tuple[list[_Leaf], tuple[str, ...]] | None:
    if not segments:
        leaves = node.leaves.get(method)
        return None if leaves is None else (leaves, captured)
    first, rest = segments[0], segments[1:]
    literal = node.literals.get(first)
    found = None if literal is None else _find(literal, method, rest, captured)
    if found is None and node.label is not None and first:
        found = _find(node.label, method, rest, (*captured, first))
    if found is None and method in node.greedy and any(segments):
        found = node.greedy[method], (*captured, "/".join(segments))
    return found


def _choose(leaves: list[_Leaf], query: str, headers: Mapping[str, str]) -> _Leaf | None:
    pairs = query_pairs(query)
    names = {name for name, _ in pairs}

    def fitness(leaf: _Leaf) -> tuple[int, bool, int, bool]:
        in_query, in_headers = _required(leaf.operation)
        is_complete = in_query <= names and all(header in headers for header in in_headers)
        asked = len(in_query) + len(in_headers)
        is_current = not leaf.operation.raw.get("deprecated")
        return len(leaf.fixed), is_complete, asked if is_complete else -asked, is_current

    possible = (leaf for leaf in leaves if all(_has(fixed, pairs, names) for fixed in leaf.fixed))
    return max(possible, key=fitness, default=None)


def _has(fixed: tuple[str, str], pairs: list[tuple[str, str]], names: set[str]) -> bool:
    name, value = fixed
    return fixed in pairs if value else name in names


def _required(operation: OperationModel) -> tuple[frozenset[str], frozenset[str]]:
    """What the operation requires in its query string and in its headers, by the names on the wire."""
    shape = operation.input
    if shape is None:
        return frozenset(), frozenset()
    members = {name: shape.members[name] for name in shape.required}
    in_query = (member.wire_name(name) for name, member in members.items() if member.location == "querystring")
    in_headers = (member.wire_name(name).lower() for name, member in members.items() if member.location == "header")
    return frozenset(in_query), frozenset(in_headers)
