"""Document paths on an item: reading one, and cutting an item down to several.

A path is a tuple of names and list indices with every placeholder replaced.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from eventyard.languages.dynamodb.values import AttributeValue, Item

DocumentPath = tuple[str | int, ...]
Values = Mapping[str, AttributeValue]
"""The accepted values of a request by their placeholders."""

Getter = Callable[[Item, Values], AttributeValue | None]


def reader_of(path: DocumentPath) -> Getter:
    """A function that reads `path` in an item; `None` where nothing is there."""
    first = str(path[0])
    rest = path[1:]
    if not rest:
        return lambda item, values: item.get(first)
    return lambda item, values: _descend(item.get(first), rest)


def read(item: Item, path: DocumentPath) -> AttributeValue | None:
    """The value at `path`, or `None`."""
    return _descend(item.get(str(path[0])), path[1:])


def _descend(value: AttributeValue | None, steps: DocumentPath) -> AttributeValue | None:
    for step in steps:
        if value is None:
            return None
        if isinstance(step, int):
            elements = value.get("L", ())
            value = elements[step] if step < len(elements) else None
        else:
            value = value.get("M", {}).get(step)
    return value


class Projection:
    """Cuts items down to the given paths."""

    def __init__(self, paths: Iterable[DocumentPath]) -> None:
        self.paths = tuple(paths)
        self._tree: dict[str | int, Any] = {}
        for path in self.paths:
            branch = self._tree
            for step in path[:-1]:
                branch = branch.setdefault(step, {})
            branch[path[-1]] = None

    def project(self, item: Item) -> dict[str, AttributeValue]:
        """What of the item the paths name; list elements move together in their order; empty when nothing is there."""
        return _cut_map(item, self._tree)


def _cut_map(attributes: Item, tree: dict[str | int, Any]) -> dict[str, AttributeValue]:
    cut = {}
    for name, branch in tree.items():
        value = attributes.get(str(name))
        kept = value if branch is None or value is None else _cut(value, branch)
        if kept is not None:
            cut[str(name)] = kept
    return cut


def _cut(value: AttributeValue, tree: dict[str | int, Any]) -> AttributeValue | None:
    if "M" in value:
        members = _cut_map(value["M"], {step: branch for step, branch in tree.items() if isinstance(step, str)})
        return {"M": members} if members else None
    if "L" not in value:
        return None
    elements = value["L"]
    kept = []
    for index in sorted(step for step in tree if isinstance(step, int) and step < len(elements)):
        branch = tree[index]
        element = elements[index] if branch is None else _cut(elements[index], branch)
        if element is not None:
            kept.append(element)
    return {"L": kept} if kept else None
