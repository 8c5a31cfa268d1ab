"""Condition and filter expressions: compiled once to a chain of small functions, evaluated on items in microseconds.

A condition over an attribute that an item lacks is false, except `<>`, `attribute_not_exists` and what NOT turns
around. Values of different types are unequal and have no order.
Source: developer guide "Condition and filter expressions, operators, and functions"; architect/dynalite.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eventyard.languages.dynamodb.checks import condition_tree, operands_of
from eventyard.languages.dynamodb.context import ExpressionContext
from eventyard.languages.dynamodb.operands import Compiled, compile_operand, require_distinct, require_types, wrong_type
from eventyard.languages.dynamodb.paths import DocumentPath, Getter
from eventyard.languages.dynamodb.refusals import invalid
from eventyard.languages.dynamodb.syntax import (
    And,
    BadExpression,
    Between,
    Call,
    Comparison,
    In,
    Node,
    Not,
    Operand,
    Or,
)
from eventyard.languages.dynamodb.values import (
    SCALAR_TYPES,
    TYPES,
    AttributeValue,
    Item,
    are_equal,
    compare,
    type_of,
)

Test = Callable[[Item], bool]
_ORDERS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; `paths` are the document paths it reads, in order."""

    evaluate: Test
    paths: tuple[DocumentPath, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The top-level attributes it reads."""
        return tuple(str(path[0]) for path in self.paths)

    @property
    def nested_names(self) -> tuple[str, ...]:
        """The top-level attributes it looks inside of."""
        return tuple(str(path[0]) for path in self.paths if len(path) > 1)


def compile_condition(context: ExpressionContext, text: str, kind: str = "ConditionExpression") -> Condition:
    """The condition of `text`; `kind` is the parameter's name. Errors: ValidationException in AWS's words."""
    return compile_tree(context, context.parse(kind, text, condition_tree), kind)


def compile_tree(context: ExpressionContext, tree: Node, kind: str) -> Condition:
    """The condition of a tree that `checks.py` has passed."""
    compiler = _Compiler(context, kind)
    try:
        evaluate = compiler.test(tree)
    except BadExpression as error:
        raise invalid(f"Invalid {kind}: {error}") from None
    return Condition(evaluate, tuple(compiler.paths))


class _Compiler:
    def __init__(self, context: ExpressionContext, kind: str) -> None:
        self._context = context
        self._kind = kind
        self.paths: list[DocumentPath] = []

    def test(self, node: Node) -> Test:
        match node:
            case And(parts):
                tests = [self.test(part) for part in parts]
                return lambda item: all(test(item) for test in tests)
            case Or(parts):
                tests = [self.test(part) for part in parts]
                return lambda item: any(test(item) for test in tests)
            case Not(inner):
                test = self.test(inner)
                return lambda item: not test(item)
        operands = [self._operand(operand) for operand in operands_of(node)]
        match node:
            case Comparison(operator):
                return compile_comparison(operator, operands)
            case Between():
                return compile_between(operands)
            case In():
                require_distinct("IN", operands)
                return _in_test(operands[0].get, [option.get for option in operands[1:]])
            case Call(name):
                return compile_call(name, operands)

    def _operand(self, operand: Operand) -> Compiled:
        compiled = compile_operand(self._context, self._kind, operand)
        if compiled.reads is not None:
            self.paths.append(compiled.reads)
        return compiled


def compile_comparison(operator: str, operands: list[Compiled]) -> Test:
    """The test of `=`, `<>`, `<`, `<=`, `>` or `>=`."""
    require_distinct(operator, operands)
    left, right = (operand.get for operand in operands)
    if operator == "=":
        return lambda item: _same(left(item), right(item))
    if operator == "<>":
        return lambda item: not _same(left(item), right(item))
    require_types(operator, operands, SCALAR_TYPES)
    holds = _ORDERS[operator]

    def test(item: Item) -> bool:
        order = _order(left(item), right(item))
        return order is not None and holds(order)

    return test


def compile_between(operands: list[Compiled]) -> Test:
    """The test of BETWEEN."""
    require_distinct("BETWEEN", operands)
    require_types("BETWEEN", operands, SCALAR_TYPES)
    _require_bounds(operands[1].value, operands[2].value)
    get, get_low, get_high = (operand.get for operand in operands)

    def test(item: Item) -> bool:
        value = get(item)
        above = _order(get_low(item), value)
        below = _order(value, get_high(item))
        return above is not None and below is not None and above <= 0 and below <= 0

    return test


def _require_bounds(low: AttributeValue | None, high: AttributeValue | None) -> None:
    if low is None or high is None:
        return
    order = compare(low, high)
    if order is not None and order <= 0:
        return
    rule = "same data type for lower and upper bounds"
    if order is not None:
        rule = "upper bound to be greater than or equal to lower bound"
    raise BadExpression(
        f"The BETWEEN operator requires {rule}; lower bound operand: AttributeValue: {_shown(low)}, "
        f"upper bound operand: AttributeValue: {_shown(high)}"
    )


def _shown(value: AttributeValue) -> str:
    kind, content = next(iter(value.items()))
    if kind == "B":
        content = f"java.nio.HeapByteBuffer[pos=0 lim={len(content)} cap={len(content)}]"
    return f"{{{kind}:{content}}}"


def _in_test(get: Getter, options: list[Getter]) -> Test:
    def test(item: Item) -> bool:
        value = get(item)
        return value is not None and any(_same(value, option(item)) for option in options)

    return test


def compile_call(name: str, operands: list[Compiled]) -> Test:
    """The test of a function that is a condition by itself."""
    first = operands[0]
    if name in ("attribute_exists", "attribute_not_exists", "attribute_type") and first.path is None:
        raise BadExpression(f"Operator or function requires a document path; operator or function: {name}")
    require_distinct(name, operands)
    get = first.get
    match name:
        case "attribute_exists":
            return lambda item: get(item) is not None
        case "attribute_not_exists":
            return lambda item: get(item) is None
        case "attribute_type":
            kind = _named_type(operands[1])
            return lambda item: kind in (get(item) or ())
        case "begins_with":
            require_types(name, operands, ("S", "B"))
            return _pair_test(get, operands[1].get, begins_with)
        case _:
            return _pair_test(get, operands[1].get, contains)


def _named_type(operand: Compiled) -> str:
    if operand.value is None or "S" not in operand.value:
        raise wrong_type("attribute_type", operand.type or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
    kind: str = operand.value["S"]
    if kind not in TYPES:
        raise BadExpression(
            f"Invalid attribute type name found; type: {kind}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
        )
    return kind


def _pair_test(left: Getter, right: Getter, holds: Callable[[AttributeValue, AttributeValue], bool]) -> Test:
    def test(item: Item) -> bool:
        mine, other = left(item), right(item)
        return mine is not None and other is not None and holds(mine, other)

    return test


def begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    """Whether text or binary begins with a prefix of its own type."""
    kind = type_of(value)
    return kind in ("S", "B") and kind in prefix and value[kind].startswith(prefix[kind])


def contains(value: AttributeValue, part: AttributeValue) -> bool:
    """Whether text or binary has a part of its own type, a set a member, or a list an element."""
    kind = type_of(value)
    if kind in ("S", "B"):
        return kind in part and part[kind] in value[kind]
    if kind in ("SS", "NS", "BS"):
        return kind[0] in part and part[kind[0]] in value[kind]
    return kind == "L" and any(are_equal(element, part) for element in value["L"])


def _same(left: AttributeValue | None, right: AttributeValue | None) -> bool:
    return left is not None and right is not None and are_equal(left, right)


def _order(left: AttributeValue | None, right: AttributeValue | None) -> int | None:
    return None if left is None or right is None else compare(left, right)
