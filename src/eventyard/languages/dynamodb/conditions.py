"""Condition and filter expressions: compiled once to a chain of small functions, evaluated on items in microseconds.

A condition over an attribute that an item lacks is false, except `<>`, `attribute_not_exists` and what NOT turns
around. Values of different types are unequal and have no order.
Source: developer guide "Condition and filter expressions, operators, and functions"; architect/dynalite.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from eventyard.languages.dynamodb.checks import condition_tree, operands_of
from eventyard.languages.dynamodb.context import PLANS_MAX, ExpressionContext, Pairs, Placeholders, parse
from eventyard.languages.dynamodb.operands import Compiled, compile_operand, require_distinct, require_types, wrong_type
from eventyard.languages.dynamodb.paths import DocumentPath, Getter, Values
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

Test = Callable[[Item, Values], bool]
Check = Callable[[Values], None]
"""What can only be said of the values themselves. Raises BadExpression."""

_ORDERS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with its values; `paths` are the document paths it reads, in order."""

    test: Test
    paths: tuple[DocumentPath, ...]
    values: Values

    def evaluate(self, item: Item) -> bool:
        """Whether the condition holds for an item."""
        return self.test(item, self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """The top-level attributes it reads."""
        return tuple(str(path[0]) for path in self.paths)

    @property
    def nested_names(self) -> tuple[str, ...]:
        """The top-level attributes it looks inside of."""
        return tuple(str(path[0]) for path in self.paths if len(path) > 1)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A condition without its values."""

    kind: str
    test: Test
    paths: tuple[DocumentPath, ...]
    checks: tuple[Check, ...]
    used: frozenset[str]

    def bind(self, values: Values) -> Condition:
        try:
            for check in self.checks:
                check(values)
        except BadExpression as error:
            raise invalid(f"Invalid {self.kind}: {error}") from None
        return Condition(self.test, self.paths, values)


def compile_condition(context: ExpressionContext, text: str, kind: str = "ConditionExpression") -> Condition:
    """The condition of `text`; `kind` is the parameter's name. Errors: ValidationException in AWS's words."""
    return context.plan(_plan, kind, text).bind(context.values)


def compile_tree(tree: Node, kind: str) -> Condition:
    """The condition of a tree without placeholders that `checks.py` has passed."""
    return _plan_tree(tree, kind, Placeholders()).bind({})


@lru_cache(maxsize=PLANS_MAX)
def _plan(kind: str, text: str, names: Pairs, types: Pairs) -> _Plan:
    return _plan_tree(parse(kind, text, condition_tree), kind, Placeholders(names, types))


def _plan_tree(tree: Node, kind: str, placeholders: Placeholders) -> _Plan:
    compiler = _Compiler(placeholders, kind)
    try:
        test = compiler.test(tree)
    except BadExpression as error:
        raise invalid(f"Invalid {kind}: {error}") from None
    return _Plan(kind, test, tuple(compiler.paths), tuple(compiler.checks), placeholders.used)


class _Compiler:
    def __init__(self, context: Placeholders, kind: str) -> None:
        self._context = context
        self._kind = kind
        self.paths: list[DocumentPath] = []
        self.checks: list[Check] = []

    def test(self, node: Node) -> Test:
        match node:
            case And(parts):
                tests = [self.test(part) for part in parts]
                return lambda item, values: all(test(item, values) for test in tests)
            case Or(parts):
                tests = [self.test(part) for part in parts]
                return lambda item, values: any(test(item, values) for test in tests)
            case Not(inner):
                test = self.test(inner)
                return lambda item, values: not test(item, values)
        operands = [self._operand(operand) for operand in operands_of(node)]
        match node:
            case Comparison(operator):
                return compile_comparison(operator, operands)
            case Between():
                self.checks += bound_checks(operands)
                return compile_between(operands)
            case In():
                require_distinct("IN", operands)
                return _in_test(operands[0].get, [option.get for option in operands[1:]])
            case Call(name):
                self.checks += call_checks(name, operands)
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
        return lambda item, values: _same(left(item, values), right(item, values))
    if operator == "<>":
        return lambda item, values: not _same(left(item, values), right(item, values))
    require_types(operator, operands, SCALAR_TYPES)
    holds = _ORDERS[operator]

    def test(item: Item, values: Values) -> bool:
        order = _order(left(item, values), right(item, values))
        return order is not None and holds(order)

    return test


def compile_between(operands: list[Compiled]) -> Test:
    """The test of BETWEEN."""
    require_distinct("BETWEEN", operands)
    require_types("BETWEEN", operands, SCALAR_TYPES)
    get, get_low, get_high = (operand.get for operand in operands)

    def test(item: Item, values: Values) -> bool:
        value = get(item, values)
        above = _order(get_low(item, values), value)
        below = _order(value, get_high(item, values))
        return above is not None and below is not None and above <= 0 and below <= 0

    return test


def bound_checks(operands: list[Compiled]) -> list[Check]:
    """That the bounds of a BETWEEN are in order, when both are constants."""
    low, high = operands[1].value, operands[2].value
    if low is None or high is None:
        return []
    return [lambda values: _require_bounds(low(values), high(values))]


def _require_bounds(low: AttributeValue, high: AttributeValue) -> None:
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
    def test(item: Item, values: Values) -> bool:
        value = get(item, values)
        return value is not None and any(_same(value, option(item, values)) for option in options)

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
            return lambda item, values: get(item, values) is not None
        case "attribute_not_exists":
            return lambda item, values: get(item, values) is None
        case "attribute_type":
            named = operands[1].value
            if named is None or operands[1].type != "S":
                raise wrong_type("attribute_type", operands[1].type or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
            return lambda item, values: named(values)["S"] in (get(item, values) or ())
        case "begins_with":
            require_types(name, operands, ("S", "B"))
            return _pair_test(get, operands[1].get, begins_with)
        case _:
            return _pair_test(get, operands[1].get, contains)


def call_checks(name: str, operands: list[Compiled]) -> list[Check]:
    """That `attribute_type` names a type there is."""
    named = operands[1].value if name == "attribute_type" else None
    return [] if named is None or operands[1].type != "S" else [lambda values: _require_type_name(named(values)["S"])]


def _require_type_name(kind: str) -> None:
    if kind not in TYPES:
        raise BadExpression(
            f"Invalid attribute type name found; type: {kind}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
        )


def _pair_test(left: Getter, right: Getter, holds: Callable[[AttributeValue, AttributeValue], bool]) -> Test:
    def test(item: Item, values: Values) -> bool:
        mine, other = left(item, values), right(item, values)
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
