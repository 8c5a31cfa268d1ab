"""Which operation of a rest service a method and a path are for, by the models' URI templates.

`Routes` is a tree of path segments: at each step a literal segment wins over a label, a label over a greedy one, so the
most specific template is found without trying them all; of several operations on one template (S3) the one whose fixed
query parameters are all there, and most of them, wins, then the one whose required headers and query parameters are.
An operation that the model calls deprecated (S3's PutBucketLifecycle) comes last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from eventyard.gateway.models import OperationModel, ServiceModel


@dataclass(frozen=True, slots=True)
class _Leaf:
    """An operation at the end of a path: its labels in order, the query parameters it fixes, what else it needs."""

    operation: str
    labels: tuple[str, ...]
    fixed: frozenset[tuple[str, str]]
    needed: frozenset[str]
    is_deprecated: bool


@dataclass(slots=True)
class _Node:
    """What may follow a path: literal segments, one label, or a greedy label with the segments after it."""

    literals: dict[str, "_Node"] = field(default_factory=dict)
    label: "_Node | None" = None
    greedy: "_Node | None" = None
    leaves: dict[str, list[_Leaf]] = field(default_factory=dict)


class Routes:
    """The templates of one service, compiled."""

    def __init__(self, service: ServiceModel) -> None:
        self._root = _Node()
        for operation in service.operations.values():
            self._add(operation)

    def find(
        self, method: str, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]
    ) -> tuple[str, dict[str, str]] | None:
        """The operation and its labels, percent-decoded; `None` when there is none.

        `path` is still percent-encoded; `query` are the decoded parameters (`placement.query_fields`), `headers` by
        lower-case name. A slash at the end belongs to a greedy label, and means nothing anywhere else.
        """
        segments = tuple(path.split("/")[1:])
        found = _Search(method, segments, query, headers).descend(self._root, 0, ())
        if found is None and len(segments) > 1 and not segments[-1]:
            found = _Search(method, segments[:-1], query, headers).descend(self._root, 0, ())
        if found is None:
            return None
        leaf, values = found
        return leaf.operation, dict(zip(leaf.labels, map(unquote, values), strict=True))

    def _add(self, operation: OperationModel) -> None:
        path, _, query = operation.uri.partition("?")
        node, labels = self._root, []
        segments = path.split("/")[1:]
        for segment in segments[:-1] if len(segments) > 1 and not segments[-1] else segments:
            if not segment.startswith("{"):
                node = node.literals.setdefault(segment, _Node())
                continue
            labels.append(segment.strip("{}+"))
            if segment.endswith("+}"):
                node.greedy = node = node.greedy or _Node()
            else:
                node.label = node = node.label or _Node()
        pairs = (part.partition("=") for part in query.split("&") if part)
        fixed = frozenset((name, value) for name, _, value in pairs)
        leaf = _Leaf(operation.name, tuple(labels), fixed, _needed(operation), bool(operation.raw.get("deprecated")))
        node.leaves.setdefault(operation.method, []).append(leaf)


def _needed(operation: OperationModel) -> frozenset[str]:
    """The query parameters and headers without which a request cannot be for the operation, in lower case."""
    shape = operation.input
    if shape is None:
        return frozenset()
    required = [(name, shape.members[name]) for name in shape.required]
    return frozenset(
        member.wire_name(name).lower() for name, member in required if member.location in ("querystring", "header")
    )


_Found = tuple[_Leaf, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Search:
    """One request on its way down the tree."""

    method: str
    segments: tuple[str, ...]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]

    def descend(self, node: _Node, position: int, values: tuple[str, ...]) -> _Found | None:
        if position == len(self.segments):
            leaf = self._best(node.leaves.get(self.method, []))
            return None if leaf is None else (leaf, values)
        segment = self.segments[position]
        found = None
        if (below := node.literals.get(unquote(segment))) is not None:
            found = self.descend(below, position + 1, values)
        if found is None and node.label is not None and segment:
            found = self.descend(node.label, position + 1, (*values, segment))
        return self._descend_greedily(node.greedy, position, values) if found is None else found

    def _descend_greedily(self, node: _Node | None, position: int, values: tuple[str, ...]) -> _Found | None:
        """A greedy label takes as much as the segments after it leave over."""
        if node is None:
            return None
        end_max = len(self.segments)
        for end in range(end_max, position, -1) if node.literals else (end_max,):
            taken = "/".join(self.segments[position:end])
            found = self.descend(node, end, (*values, taken)) if taken else None
            if found is not None:
                return found
        return None

    def _best(self, leaves: list[_Leaf]) -> _Leaf | None:
        """Of the operations on one template and method, the one that asks for most of what the request has."""
        there = {name.lower() for name in (*self.query, *self.headers)}
        fitting = [leaf for leaf in leaves if self._has(leaf.fixed)]
        asking = [leaf for leaf in fitting if leaf.needed <= there]
        return max(asking or fitting, key=_rank, default=None)

    def _has(self, fixed: frozenset[tuple[str, str]]) -> bool:
        return all(name in self.query and (not value or value in self.query[name]) for name, value in fixed)


def _rank(leaf: _Leaf) -> tuple[int, int, bool]:
    return len(leaf.fixed), len(leaf.needed), not leaf.is_deprecated
