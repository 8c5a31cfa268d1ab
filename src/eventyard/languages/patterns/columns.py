"""Long arrays, judged a field at a time instead of an element at a time.

The elements of an array stand side by side in a `Column`; the column of a field in them is made once, its different
values are held against the tests once, and the answer is a mask: an integer with one byte an element, 1 where it holds.
Conditions that must be met by one element are met where the `&` of their masks is not 0. Masks and columns are kept
while one event is matched, so branches and rules that share a field, or a condition, share the work.

What this does not know (a name that spells a path with dots, absence asked for together with other fields inside an
array within the array, a field that is asked for itself and for what is below it) is `Irregular`, and `evaluate` walks
the array as it walks short ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, repeat
from typing import Any, Final, TypeAlias

from eventyard.languages.patterns.bulk import accepted, accepts_one_of_first
from eventyard.languages.patterns.levels import Level, Pending, level_of

Json: TypeAlias = Any
# Shorter arrays are walked; those whose elements hold further arrays or objects are long sooner.
LONG = 16
LONG_WHEN_NESTED = 4


class Irregular(Exception):
    """This array must be walked element by element."""


class _Missing:
    """The class of what stands in a column where the element has no such field."""


_MISSING: Final = _Missing()


@dataclass(slots=True)
class Column:
    """What stands at one path, for each of `size` owners.

    Shapes: `values` without the brackets of arrays around them; `owners` says whose each value is, `None` when they are
    the owners' in order. `has_arrays` when there was a bracket, `has_arrays_in_arrays` when there were two.
    """

    nodes: Sequence[Json]
    size: int
    values: Sequence[Json] = field(init=False)
    owners: "list[int] | None" = field(init=False, default=None)
    has_arrays: bool = field(init=False, default=False)
    has_arrays_in_arrays: bool = field(init=False, default=False)
    _kinds: set[type] = field(init=False)
    _objects: "Objects | None" = field(init=False, default=None)
    _distinct: "dict[type, frozenset[Any]]" = field(init=False, default_factory=dict)
    _masks: dict[tuple[tuple[int, ...], bool], int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.values, self._kinds = self.nodes, set(map(type, self.nodes))
        if self.size == 1 and list in self._kinds:
            self.values, self.has_arrays = self.nodes[0], True
            self._kinds = set(map(type, self.values))
        if list in self._kinds:
            self._open_arrays()

    def _open_arrays(self) -> None:
        values: list[Json] = []
        owners: list[int] = []
        nodes: Sequence[Json] = self.values
        of = [0] * len(nodes) if self.size == 1 else list(range(self.size))
        while nodes:
            is_array = [node.__class__ is list for node in nodes]
            values += [node for node in nodes if node.__class__ is not list]
            owners += [owner for owner, is_one in zip(of, is_array, strict=True) if not is_one]
            arrays = list(compress(nodes, is_array))
            self.has_arrays_in_arrays = self.has_arrays_in_arrays or (self.has_arrays and bool(arrays))
            self.has_arrays = self.has_arrays or bool(arrays)
            of = list(chain.from_iterable(map(repeat, compress(of, is_array), map(len, arrays))))
            nodes = list(chain.from_iterable(arrays))
        self.values, self.owners, self._kinds = values, owners, set(map(type, values))

    def distinct(self) -> dict[type, frozenset[Any]]:
        """The different scalars, by their classes."""
        if not self._distinct and self._kinds:
            kinds = self._kinds - {dict, _Missing}
            if len(self._kinds) == 1 and kinds:
                self._distinct = {kind: frozenset(self.values) for kind in kinds}
            else:
                self._distinct = {
                    kind: frozenset([value for value in self.values if value.__class__ is kind]) for kind in kinds
                }
        return self._distinct

    def objects(self) -> "Objects":
        if self._objects is None:
            if self._kinds == {dict}:
                self._objects = Objects(self.values, self.owners)
            else:
                of: Sequence[int] = range(len(self.values)) if self.owners is None else self.owners
                is_object = [value.__class__ is dict for value in self.values]
                self._objects = Objects(list(compress(self.values, is_object)), list(compress(of, is_object)))
        return self._objects

    def holds(self, level: Level) -> int:
        """The owners for which the level holds."""
        key = (level.key, False)
        mask = self._masks.get(key)
        if mask is None:
            mask = self._masks[key] = self._find(level)
        return mask

    def _find(self, level: Level) -> int:
        if len(level.pending) == 1:
            found = self.has(level, is_any=False)
            if level.accepts_absence:
                found |= self.everyone() & ~self.has(level, is_any=True)
            return found
        if level.ends_here or (self.has_arrays and any(condition.accepts_absence for condition, _ in level.pending)):
            raise Irregular
        objects = self.objects()
        found = self._of_owners(objects.holds(level), len(objects.nodes), objects.owners)
        if level.accepts_absence:
            found |= self._mask([value.__class__ is not dict for value in self.values])
        return found

    def has(self, level: Level, *, is_any: bool) -> int:
        """The owners with a value at the level's one path: one that its condition accepts, or any."""
        key = (level.key, True) if is_any else ((*level.key, 0), True)
        mask = self._masks.get(key)
        if mask is None:
            mask = self._masks[key] = self._find_values(level, is_any=is_any)
        return mask

    def _find_values(self, level: Level, *, is_any: bool) -> int:
        if level.steps:
            if dict not in self._kinds:
                return 0
            objects = self.objects()
            name, dotted, below = level.steps[0]
            objects.refuse_dotted(dotted)
            column = objects.column(name)
            found = 0 if column is None else column.has(below, is_any=is_any)
            return self._of_owners(found, len(objects.nodes), objects.owners)
        condition = level.ends_here[0]
        distinct = self.distinct()
        if is_any and self.size == 1:
            return int(bool(distinct))
        if self.size == 1 and any(accepts_one_of_first(condition.alternatives, each) for each in distinct.values()):
            return 1
        good: dict[type, Any] = {dict: (), _Missing: ()}
        is_found = False
        for kind, values in distinct.items():
            good[kind] = values if is_any else accepted(condition.alternatives, kind, values)
            is_found = is_found or bool(good[kind])
        if self.size == 1 or not is_found:
            return int(is_found)
        if len(self._kinds) == 1:
            (only,) = good.keys() & self._kinds
            return self._mask(map(good[only].__contains__, self.values))
        return self._mask([value in good[value.__class__] for value in self.values])

    def values_at(self, names: Sequence[str]) -> Mapping[type, frozenset[Any]]:
        """The different values at a path below, by their classes. Errors: `Irregular`."""
        column = self
        for depth, name in enumerate(names):
            objects = column.objects()
            objects.refuse_dotted([".".join(names[depth:end]) for end in range(depth + 2, len(names) + 1)])
            following = objects.column(name)
            if following is None:
                return {}
            column = following
        return column.distinct()

    def everyone(self) -> int:
        return _everyone(self.size)

    def _mask(self, verdicts: Iterable[bool]) -> int:
        return self._of_owners(int.from_bytes(bytes(verdicts), "little"), len(self.values), self.owners)

    def _of_owners(self, mask: int, length: int, owners: "Sequence[int] | None") -> int:
        if self.size == 1 or not mask:
            return int(mask != 0)
        if owners is None:
            return mask
        found = bytearray(self.size)
        for owner in set(compress(owners, mask.to_bytes(length, "little"))):
            found[owner] = 1
        return int.from_bytes(found, "little")


@dataclass(slots=True)
class Objects:
    """Objects side by side, and the columns of their fields."""

    nodes: Sequence[dict[str, Json]]
    owners: "Sequence[int] | None"
    _names: "set[str] | None" = None
    _columns: dict[str, Column] = field(default_factory=dict)

    def names(self) -> set[str]:
        """The names that any of the objects has."""
        if self._names is None:
            self._names = set(chain.from_iterable(set(map(tuple, self.nodes))))
        return self._names

    def column(self, name: str) -> Column | None:
        """The column of a field; `None` when no object has it."""
        if name not in self.names():
            return None
        column = self._columns.get(name)
        if column is None:
            values = [node.get(name, _MISSING) for node in self.nodes]
            column = self._columns[name] = Column(values, len(values))
        return column

    def refuse_dotted(self, dotted: Sequence[str]) -> None:
        if dotted and not self.names().isdisjoint(dotted):
            raise Irregular

    def holds(self, level: Level) -> int:
        """The objects that meet all conditions of a level without conditions on the objects themselves."""
        found = _everyone(len(self.nodes))
        for name, dotted, below in level.steps:
            self.refuse_dotted(dotted)
            column = self.column(name)
            if column is not None:
                found &= column.holds(below)
            elif not below.accepts_absence:
                return 0
            if not found:
                return 0
        return found


def _everyone(size: int) -> int:
    return int.from_bytes(b"\1" * size, "little")


def is_long(elements: Sequence[Json], level: Level) -> bool:
    """Whether columns cost an array less than walking its elements."""
    return len(elements) > LONG or (len(elements) > LONG_WHEN_NESTED and level.is_nested)


def array_holds(column: Column, pending: Sequence[Pending], level: Level) -> bool:
    """What `evaluate` says of an array; `column` is the array as the one value of one owner. Errors: `Irregular`."""
    if not level.is_plain:
        raise Irregular
    if len(pending) == 1 or not any(condition.accepts_absence for condition, _ in pending):
        return column.holds(level) != 0
    if level.ends_here or column.has_arrays_in_arrays:
        raise Irregular
    position, first, alone = 0, pending[0], level
    for position, first in enumerate(pending):  # noqa: B007 - what was reached is needed
        if not first[0].accepts_absence:
            break
        alone = level_of((first,))
        if column.has(alone, is_any=True):
            break
    else:
        return True
    if not first[0].alternatives:
        return False
    objects = column.objects()
    found = objects.holds(level if position == 0 else level_of(tuple(pending[position:])))
    if found and first[0].accepts_absence:
        found &= _with_value(objects, alone)
    return found != 0


def _with_value(objects: Objects, alone: Level) -> int:
    name, dotted, below = alone.steps[0]
    objects.refuse_dotted(dotted)
    column = objects.column(name)
    return 0 if column is None else column.has(below, is_any=True)
