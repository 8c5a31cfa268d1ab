"""What is wrong with an expression before any placeholder is known: names, indices, functions and where they stand.

These checks belong to the text alone, so they run once per text, together with parsing.
Source of the messages: architect/dynalite, recorded from AWS. Unverified (seen in one public implementation each): the
functions "not allowed in" an update or a condition, the index out of range, too many IN operands, too many operators.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from eventyard.languages.dynamodb.reserved import RESERVED_WORDS
from eventyard.languages.dynamodb.syntax import (
    And,
    Arithmetic,
    BadExpression,
    Between,
    Call,
    Comparison,
    In,
    Literal,
    Node,
    Not,
    Operand,
    Or,
    Path,
    Step,
    UpdateTree,
    Variable,
    parse_condition,
    parse_projection,
    parse_update,
)

TREES_MAX = 4096
"""Texts whose trees are kept: a tree is a constant of its text, so it does no harm that platforms share them."""

OPERATORS_MAX = 300
OPTIONS_MAX = 100
_INDEX_MAX = 2**31 - 1
_PREDICATES: Mapping[str, int] = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
_UPDATE_FUNCTIONS: Mapping[str, int] = {"if_not_exists": 2, "list_append": 2}
_ARITIES: Mapping[str, int] = {**_PREDICATES, **_UPDATE_FUNCTIONS, "size": 1}


@lru_cache(maxsize=TREES_MAX)
def condition_tree(text: str) -> Node:
    """The checked tree of a condition. Errors: BadExpression."""
    tree = parse_condition(text)
    _visit_condition(tree)
    _require_operators(_count(tree))
    return tree


@lru_cache(maxsize=TREES_MAX)
def update_tree(text: str) -> UpdateTree:
    """The checked tree of an update. Errors: BadExpression."""
    tree = parse_update(text)
    for action in tree.actions:
        _visit_operand(action.path, in_update=True)
        if action.value is not None:
            _visit_operand(action.value, in_update=True)
    for section in tree.sections:
        if tree.sections.count(section) > 1:
            raise BadExpression(f'The "{section}" section can only be used once in an update expression;')
    _require_operators(sum(_count_operand(action.value) for action in tree.actions if action.value is not None))
    return tree


@lru_cache(maxsize=TREES_MAX)
def projection_tree(text: str) -> tuple[Path, ...]:
    """The checked paths of a projection. Errors: BadExpression."""
    paths = parse_projection(text)
    for path in paths:
        _visit_operand(path, in_update=False)
    return paths


def require_arity(call: Call) -> None:
    """Refuse a call of a known function with the wrong number of arguments."""
    if len(call.arguments) != _ARITIES[call.name]:
        raise BadExpression(
            "Incorrect number of operands for operator or function; "
            f"operator or function: {call.name}, number of operands: {len(call.arguments)}"
        )


def operands_of(node: Comparison | Between | In | Call) -> tuple[Operand, ...]:
    """The operands of a condition that is no AND, OR or NOT, as written."""
    match node:
        case Comparison(_, left, right):
            return (left, right)
        case Between(operand, low, high):
            return (operand, low, high)
        case In(operand, options):
            return (operand, *options)
        case Call(_, arguments):
            return arguments


def require_distinct_paths(paths: Iterable[tuple[str | int, ...]]) -> None:
    """Refuse paths of which one is the other or inside of it, or that use one thing as a list and as a map."""
    seen: list[tuple[str | int, ...]] = []
    conflict = None
    for path in paths:
        for earlier in seen:
            relation = _relation(earlier, path)
            if relation == "overlap":
                raise BadExpression(_clash("overlap", earlier, path))
            if relation == "conflict" and conflict is None:
                conflict = _clash("conflict", earlier, path)
        seen.append(path)
    if conflict is not None:
        raise BadExpression(conflict)


def path_text(path: tuple[str | int, ...]) -> str:
    """A path as AWS shows it: `[a, [0], b]`."""
    return f"[{', '.join(f'[{step}]' if isinstance(step, int) else step for step in path)}]"


def _relation(one: tuple[str | int, ...], two: tuple[str | int, ...]) -> str | None:
    for left, right in zip(one, two, strict=False):
        if type(left) is not type(right):
            return "conflict"
        if left != right:
            return None
    return "overlap"


def _clash(verb: str, one: tuple[str | int, ...], two: tuple[str | int, ...]) -> str:
    return (
        f"Two document paths {verb} with each other; must remove or rewrite one of these paths; "
        f"path one: {path_text(one)}, path two: {path_text(two)}"
    )


def _visit_condition(node: Node) -> None:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                _visit_condition(part)
        case Not(inner):
            _visit_condition(inner)
        case Call(name):
            _require_function(name, in_update=False)
            if name not in _PREDICATES:
                raise _misplaced(name)
            _visit_call(node, in_update=False)
        case Comparison() | Between() | In():
            for operand in operands_of(node):
                _visit_operand(operand, in_update=False)
            if isinstance(node, In) and len(node.options) > OPTIONS_MAX:
                raise BadExpression(
                    f"The IN operator is provided with too many operands; number of operands: {len(node.options)}"
                )


def _visit_operand(operand: Operand, *, in_update: bool) -> None:
    match operand:
        case Path(steps):
            _require_steps(steps)
        case Call(name):
            _require_function(name, in_update=in_update)
            if name in _PREDICATES:
                raise _misplaced(name)
            _visit_call(operand, in_update=in_update)
        case Arithmetic(_, left, right):
            _visit_operand(left, in_update=in_update)
            _visit_operand(right, in_update=in_update)
        case Variable() | Literal():
            pass


def _require_steps(steps: Iterable[Step]) -> None:
    for step in steps:
        if isinstance(step, int) and step > _INDEX_MAX:
            raise BadExpression(f"List index is not within the allowable range; index: [{step}]")
        if isinstance(step, str) and step.upper() in RESERVED_WORDS:
            raise BadExpression(f"Attribute name is a reserved keyword; reserved keyword: {step}")


def _visit_call(call: Call, *, in_update: bool) -> None:
    if not in_update:
        require_arity(call)
    for argument in call.arguments:
        _visit_operand(argument, in_update=in_update)


def _require_function(name: str, *, in_update: bool) -> None:
    if name not in _ARITIES:
        raise BadExpression(f"Invalid function name; function: {name}")
    if in_update != (name in _UPDATE_FUNCTIONS):
        place = "an update" if in_update else "a condition"
        raise BadExpression(f"The function is not allowed in {place} expression; function: {name}")


def _misplaced(name: str) -> BadExpression:
    return BadExpression(f"The function is not allowed to be used this way in an expression; function: {name}")


def _count(node: Node) -> int:
    match node:
        case And(parts) | Or(parts):
            return len(parts) - 1 + sum(map(_count, parts))
        case Not(inner):
            return 1 + _count(inner)
        case Call():
            return _count_operand(node)
        case Comparison() | Between() | In():
            return 1 + sum(map(_count_operand, operands_of(node)))


def _count_operand(operand: Operand) -> int:
    return sum(1 for _ in _operators_in(operand))


def _operators_in(operand: Operand) -> Iterator[str]:
    match operand:
        case Call(name, arguments):
            yield name
            for argument in arguments:
                yield from _operators_in(argument)
        case Arithmetic(operator, left, right):
            yield operator
            yield from _operators_in(left)
            yield from _operators_in(right)
        case _:
            return


def _require_operators(count: int) -> None:
    """The guide's limit of 300 operators or functions; the words are Unverified."""
    if count > OPERATORS_MAX:
        raise BadExpression(f"The expression contains too many operators; operator count: {count}")
