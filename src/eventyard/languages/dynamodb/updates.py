"""Update expressions: every right-hand side reads the item as it was, then the changes are made on a copy.

Elements are removed from the back of a list to its front, so each index means the element it meant before; a SET beyond
a list's end appends, lower indices first. Values are shared with the old item, never changed.
Source: developer guide "Using update expressions"; architect/dynalite; nubo-db/dynamodb-conformance.
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from eventyard.languages.dynamodb import numbers
from eventyard.languages.dynamodb.checks import require_arity, require_distinct_paths, update_tree
from eventyard.languages.dynamodb.context import PLANS_MAX, ExpressionContext, Pairs, Placeholders, parse
from eventyard.languages.dynamodb.operands import Compiled, compile_leaf, require_types
from eventyard.languages.dynamodb.paths import DocumentPath, Projection, Values, read
from eventyard.languages.dynamodb.refusals import invalid
from eventyard.languages.dynamodb.syntax import Action, Arithmetic, BadExpression, Call, Operand
from eventyard.languages.dynamodb.values import (
    AttributeValue,
    Item,
    require_nesting,
    type_of,
)

KIND = "UpdateExpression"
_ORDER_OF_SECTIONS = ("SET", "ADD", "DELETE", "REMOVE")
_LONG_TYPES: Mapping[str, str] = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "L": "LIST",
    "M": "MAP",
}
_ALLOWED: Mapping[str, tuple[str, ...]] = {"ADD": ("N", "SS", "NS", "BS"), "DELETE": ("SS", "NS", "BS")}

Combine = Callable[[AttributeValue | None, AttributeValue], AttributeValue | None]
"""The new value from the one that is there and the given one; `None` removes it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `value` is `None` for REMOVE only."""

    section: str
    path: DocumentPath
    value: Compiled | None


class Update:
    """A compiled update; `paths` are those it changes, as written."""

    def __init__(self, changes: list[Change], combine: dict[str, Combine]) -> None:
        self.paths = tuple(change.path for change in changes)
        self.projection = Projection(self.paths)
        """What `UPDATED_OLD` and `UPDATED_NEW` show, of the item before or after."""
        self._changes = sorted(changes, key=lambda change: _ORDER_OF_SECTIONS.index(change.section))
        self._combine = combine
        self._values: Values = {}

    def with_values(self, values: Values) -> "Update":
        """The same update with the values of a request."""
        bound = copy(self)
        bound._values = values
        return bound

    @property
    def names(self) -> tuple[str, ...]:
        """The top-level attributes it changes."""
        return tuple(str(path[0]) for path in self.paths)

    @property
    def only_removes(self) -> bool:
        """Whether there is something to do, and all of it is to take away."""
        return bool(self._changes) and all(change.section in ("REMOVE", "DELETE") for change in self._changes)

    def apply(self, item: Item) -> dict[str, AttributeValue]:
        """The item after the update; for one that does not exist yet, give its key.

        Errors: ValidationException for a path or an attribute that is not there, a wrong type, a number that cannot
        be stored, or too many levels.
        """
        written: list[tuple[DocumentPath, AttributeValue]] = []
        removed: list[DocumentPath] = []
        for change in self._changes:
            after = self._after(change, item)
            if after is None:
                removed.append(change.path)
            else:
                written.append((change.path, after))
        result = dict(item)
        for path, value in sorted(written, key=lambda pair: _sortable(pair[0])):
            _write(result, path, value)
            require_nesting(result[str(path[0])])
        for path in sorted(removed, key=_sortable, reverse=True):
            _write(result, path, None)
        return result

    def _after(self, change: Change, item: Item) -> AttributeValue | None:
        if change.value is None:
            return None
        given = change.value.get(item, self._values)
        if given is None:
            raise invalid("The provided expression refers to an attribute that does not exist in the item")
        combine = self._combine.get(change.section)
        return given if combine is None else combine(read(item, change.path), given)


@dataclass(frozen=True, slots=True)
class _Plan:
    update: Update
    used: frozenset[str]


def compile_update(context: ExpressionContext, text: str) -> Update:
    """The update of an `UpdateExpression`. Errors: ValidationException in AWS's words."""
    return context.plan(_plan, KIND, text).update.with_values(context.values)


@lru_cache(maxsize=PLANS_MAX)
def _plan(kind: str, text: str, names: Pairs, types: Pairs) -> _Plan:
    placeholders = Placeholders(names, types)
    tree = parse(kind, text, update_tree)
    try:
        changes = [_change(placeholders, action) for action in tree.actions]
        require_distinct_paths(change.path for change in changes)
        for change in changes:
            _require_operand_type(change)
    except BadExpression as error:
        raise invalid(f"Invalid {kind}: {error}") from None
    return _Plan(Update(changes, {"ADD": add_value, "DELETE": delete_members}), placeholders.used)


def _change(context: Placeholders, action: Action) -> Change:
    path = context.steps(KIND, action.path.steps)
    value = None if action.value is None else _side(context, action.value)
    return Change(action.section, path, value)


def _side(context: Placeholders, operand: Operand) -> Compiled:
    match operand:
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, [_side(context, left), _side(context, right)])
        case Call(name, arguments):
            require_arity(operand)
            operands = [_side(context, argument) for argument in arguments]
            return _if_not_exists(operands) if name == "if_not_exists" else _list_append(operands)
        case _:
            return compile_leaf(context, KIND, operand)


def _arithmetic(operator: str, operands: list[Compiled]) -> Compiled:
    require_types(operator, operands, ("N",))
    left, right = (_content_reader(operand, "N") for operand in operands)
    calculate = numbers.add if operator == "+" else numbers.subtract
    return Compiled(lambda item, values: {"N": calculate(left(item, values), right(item, values))})


def _list_append(operands: list[Compiled]) -> Compiled:
    require_types("list_append", operands, ("L",))
    left, right = (_content_reader(operand, "L") for operand in operands)
    return Compiled(lambda item, values: {"L": [*left(item, values), *right(item, values)]})


def _if_not_exists(operands: list[Compiled]) -> Compiled:
    path, otherwise = operands
    if path.path is None:
        raise BadExpression("Operator or function requires a document path; operator or function: if_not_exists")

    def get(item: Item, values: Values) -> AttributeValue | None:
        value = path.get(item, values)
        return otherwise.get(item, values) if value is None else value

    return Compiled(get)


def _content_reader(operand: Compiled, kind: str) -> Callable[[Item, Values], Any]:
    def get(item: Item, values: Values) -> Any:
        value = operand.get(item, values)
        if value is None:
            raise invalid("The provided expression refers to an attribute that does not exist in the item")
        if kind not in value:
            raise _wrong_type()
        return value[kind]

    return get


def _require_operand_type(change: Change) -> None:
    allowed = _ALLOWED.get(change.section)
    if allowed is None or change.value is None or change.value.type in allowed:
        return
    kind = change.value.type or ""
    raise BadExpression(
        f"Incorrect operand type for operator or function; operator: {change.section}, "
        f"operand type: {_LONG_TYPES.get(kind, kind)}, typeSet: ALLOWED_FOR_{change.section}_OPERAND"
    )


def _wrong_type() -> Exception:
    return invalid("An operand in the update expression has an incorrect data type")


def add_value(present: AttributeValue | None, given: AttributeValue) -> AttributeValue:
    """ADD: a sum, or a set with the members of both."""
    kind = type_of(given)
    if present is None:
        return given
    if kind not in present:
        raise _wrong_type()
    if kind == "N":
        return {"N": numbers.add(present["N"], given["N"])}
    return {kind: list(dict.fromkeys([*present[kind], *given[kind]]))}


def delete_members(present: AttributeValue | None, given: AttributeValue) -> AttributeValue | None:
    """DELETE: a set without the given members; an emptied one is no more."""
    kind = type_of(given)
    if present is None:
        return None
    if kind not in present:
        raise _wrong_type()
    gone = frozenset(given[kind])
    left = [member for member in present[kind] if member not in gone]
    return {kind: left} if left else None


def _sortable(path: DocumentPath) -> tuple[tuple[bool, int, str], ...]:
    return tuple((True, step, "") if isinstance(step, int) else (False, 0, step) for step in path)


def _write(item: dict[str, AttributeValue], path: DocumentPath, value: AttributeValue | None) -> None:
    """Put `value` at `path`, or take away what is there; what lies on the way is copied."""
    first = str(path[0])
    if len(path) == 1:
        _put(item, first, value)
        return
    item[first] = _rewritten(item.get(first), path[1:], value)


def _rewritten(container: AttributeValue | None, path: DocumentPath, value: AttributeValue | None) -> AttributeValue:
    step = path[0]
    kind = "L" if isinstance(step, int) else "M"
    if container is None or kind not in container:
        raise invalid("The document path provided in the update expression is invalid for update")
    content = container[kind].copy()
    if len(path) == 1:
        _put(content, step, value)
    elif isinstance(step, int):
        if step >= len(content):
            raise invalid("The document path provided in the update expression is invalid for update")
        content[step] = _rewritten(content[step], path[1:], value)
    else:
        content[step] = _rewritten(content.get(step), path[1:], value)
    return {kind: content}


def _put(content: Any, step: str | int, value: AttributeValue | None) -> None:
    if isinstance(step, str):
        if value is None:
            content.pop(step, None)
        else:
            content[step] = value
    elif value is None:
        del content[step : step + 1]
    elif step < len(content):
        content[step] = value
    else:
        content.append(value)
