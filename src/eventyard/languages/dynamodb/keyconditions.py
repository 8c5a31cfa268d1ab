"""Key conditions: which partition a Query reads, and which range of its sort keys, as bytes for the store.

Source of the messages and their order: architect/dynalite, recorded from AWS; nubo-db/dynamodb-conformance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eventyard.languages.dynamodb.checks import condition_tree, operands_of
from eventyard.languages.dynamodb.conditions import compile_condition
from eventyard.languages.dynamodb.context import PLANS_MAX, ExpressionContext, Pairs, Placeholders, parse
from eventyard.languages.dynamodb.keys import KeyAttribute, KeySchema, require_key_value, sort_key
from eventyard.languages.dynamodb.refusals import invalid, invalid_parameters
from eventyard.languages.dynamodb.syntax import (
    And,
    Between,
    Call,
    Comparison,
    In,
    Node,
    Not,
    Operand,
    Or,
    Path,
    Variable,
)
from eventyard.languages.dynamodb.values import AttributeValue

KIND = "KeyConditionExpression"
_TURNED: Mapping[str, str] = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class KeyTest:
    """One condition on one key attribute: `=`, `<`, `<=`, `>`, `>=`, `BETWEEN` or `begins_with`, and its values."""

    name: str
    operator: str
    values: tuple[AttributeValue, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A test without its values, which are named."""

    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    parts: tuple[_Part, ...]
    used: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Bounds of `sort_key` bytes; `None` is no bound."""

    low: bytes | None = None
    low_included: bool = True
    high: bytes | None = None
    high_included: bool = True

    def has(self, key: bytes) -> bool:
        """Whether the key lies within."""
        above = self.low is None or key > self.low or (self.low_included and key == self.low)
        below = self.high is None or key < self.high or (self.high_included and key == self.high)
        return above and below


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """What a Query reads. `sort` and `range` are for the sort key; `None` and no bounds when it has no condition."""

    partition: AttributeValue
    sort: KeyTest | None
    range: KeyRange


def parse_key_condition(context: ExpressionContext, text: str) -> dict[str, KeyTest]:
    """The tests of a `KeyConditionExpression` by attribute, before the table is known.

    Errors: ValidationException in AWS's words; AWS finds these before it looks for the table.
    """
    compile_condition(context, text, KIND)
    plan = context.plan(_plan, KIND, text)
    tests: dict[str, KeyTest] = {}
    for part in plan.parts:
        test = KeyTest(part.name, part.operator, tuple(context.values[name] for name in part.values))
        if test.name in tests:
            raise invalid("KeyConditionExpressions must only contain one condition per key")
        tests[test.name] = test
    if len(tests) > 2:
        raise invalid("Conditions can be of length 1 or 2 only")
    return tests


@lru_cache(maxsize=PLANS_MAX)
def _plan(kind: str, text: str, names: Pairs, types: Pairs) -> _Plan:
    placeholders = Placeholders(names, types)
    parts = tuple(_part_of(placeholders, node) for node in _conjuncts(parse(kind, text, condition_tree)))
    return _Plan(parts, placeholders.used)


def bind_key_condition(tests: dict[str, KeyTest], schema: KeySchema) -> KeyCondition:
    """What the tests mean for a table or index with this key. Errors: ValidationException when they do not fit it."""
    for attribute in schema.attributes[: len(tests)]:
        if attribute.name not in tests:
            raise invalid(f"Query condition missed key schema element: {attribute.name}")
    partition = tests[schema.partition.name]
    if partition.operator != "=" or len(tests) > len(schema.attributes):
        raise invalid("Query key condition not supported")
    sort = tests.get(schema.sort.name) if schema.sort is not None else None
    _require_values(schema.partition, partition)
    if schema.sort is not None and sort is not None:
        _require_values(schema.sort, sort)
    return KeyCondition(partition.values[0], sort, KeyRange() if sort is None else range_of(sort))


def compile_key_condition(context: ExpressionContext, text: str, schema: KeySchema) -> KeyCondition:
    """Both steps at once. Errors: as `parse_key_condition` and `bind_key_condition`."""
    return bind_key_condition(parse_key_condition(context, text), schema)


def range_of(test: KeyTest) -> KeyRange:
    """The bounds of a test, as bytes."""
    first = sort_key(test.values[0])
    match test.operator:
        case "=":
            return KeyRange(low=first, high=first)
        case "<" | "<=":
            return KeyRange(high=first, high_included=test.operator == "<=")
        case ">" | ">=":
            return KeyRange(low=first, low_included=test.operator == ">=")
        case "BETWEEN":
            return KeyRange(low=first, high=sort_key(test.values[1]))
        case _:
            return KeyRange(low=first, high=_after_prefix(first), high_included=False)


def _after_prefix(prefix: bytes) -> bytes | None:
    """The first key after all that begin with the prefix; `None` when there is none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None


def _conjuncts(node: Node) -> list[Comparison | Between | Call]:
    match node:
        case And(parts):
            return [conjunct for part in parts for conjunct in _conjuncts(part)]
        case Or():
            raise _unusable("OR")
        case Not():
            raise _unusable("NOT")
        case In():
            raise _unusable("IN")
        case Comparison("<>"):
            raise _unusable("<>")
        case Call(name) if name != "begins_with":
            raise _unusable(name)
        case _:
            return [node]


def _unusable(operator: str) -> Exception:
    return invalid(f"Invalid operator used in KeyConditionExpression: {operator}")


def _part_of(context: Placeholders, node: Comparison | Between | Call) -> _Part:
    operands = list(operands_of(node))
    operator = _operator_of(node)
    if operator in ("BETWEEN", "begins_with") and not isinstance(operands[0], Path):
        raise invalid(
            f"Invalid condition in KeyConditionExpression: {operator} operator must have the key attribute "
            "as its first operand"
        )
    name = _key_name(context, operands)
    if not isinstance(operands[0], Path):
        operands.reverse()
        operator = _TURNED[operator]
    return _Part(name, operator, tuple(operand.name for operand in operands[1:] if isinstance(operand, Variable)))


def _operator_of(node: Comparison | Between | Call) -> str:
    match node:
        case Comparison(operator):
            return operator
        case Between():
            return "BETWEEN"
        case Call(name):
            return name


def _key_name(context: Placeholders, operands: Sequence[Operand]) -> str:
    name = None
    for operand in operands:
        if isinstance(operand, Call):
            raise invalid("KeyConditionExpressions cannot contain nested operations")
        if not isinstance(operand, Path):
            continue
        if name is not None:
            raise invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
        if len(operand.steps) > 1:
            raise invalid("KeyConditionExpressions cannot have conditions on nested attributes")
        name = str(context.steps(KIND, operand.steps)[0])
    if name is None:
        raise invalid("Invalid condition in KeyConditionExpression: No key attribute specified")
    return name


def _require_values(attribute: KeyAttribute, test: KeyTest) -> None:
    for value in test.values:
        if attribute.type not in value:
            raise invalid_parameters("Condition parameter type does not match schema type")
        if test.operator == "=":
            require_key_value(attribute, value)
