"""Operands compiled: a function that reads each from an item, and what is known of it before any item is seen.

`size` of text counts UTF-16 units, as a Java string's length does. Unverified for text beyond ASCII.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eventyard.languages.dynamodb.checks import path_text
from eventyard.languages.dynamodb.context import Placeholders
from eventyard.languages.dynamodb.paths import DocumentPath, Getter, Values, reader_of
from eventyard.languages.dynamodb.syntax import BadExpression, Call, Literal, Operand, Path, Variable
from eventyard.languages.dynamodb.values import AttributeValue, Item, type_of


@dataclass(frozen=True, slots=True)
class Compiled:
    """One operand.

    `path` for a document path, `value` for a constant, `type` where the type is known (a constant's, a function's);
    `reads` is the path that it reads, if any.
    """

    get: Getter
    path: DocumentPath | None = None
    value: Callable[[Values], AttributeValue] | None = None
    type: str | None = None
    reads: DocumentPath | None = None


def constant(value: AttributeValue) -> Compiled:
    """The operand that is always `value`."""
    return Compiled(lambda item, values: value, value=lambda values: value, type=type_of(value))


def compile_leaf(context: Placeholders, kind: str, operand: Path | Variable | Literal) -> Compiled:
    """A path or a value. Errors: ValidationException for an undefined placeholder."""
    match operand:
        case Path(steps):
            path = context.steps(kind, steps)
            return Compiled(reader_of(path), path=path, reads=path)
        case Variable(name):
            return Compiled(
                lambda item, values: values[name], value=lambda values: values[name], type=context.type(kind, name)
            )
        case Literal(value):
            return constant(value)


def compile_operand(context: Placeholders, kind: str, operand: Operand) -> Compiled:
    """An operand of a condition: a leaf or `size(...)`."""
    if isinstance(operand, Path | Variable | Literal):
        return compile_leaf(context, kind, operand)
    assert isinstance(operand, Call), "checks.py lets nothing but size(...) through"
    inner = compile_operand(context, kind, operand.arguments[0])
    require_types("size", [inner], ("S", "B", "SS", "NS", "BS", "L", "M"))
    return Compiled(_size_reader(inner.get), type="N", reads=inner.reads)


def _size_reader(get: Getter) -> Getter:
    def read_size(item: Item, values: Values) -> AttributeValue | None:
        value = get(item, values)
        if value is None:
            return None
        kind, content = next(iter(value.items()))
        if kind in ("N", "BOOL", "NULL"):
            return None
        if kind == "S" and not content.isascii():
            return {"N": str(len(content.encode("utf-16-le")) // 2)}
        return {"N": str(len(content))}

    return read_size


def require_types(operator: str, operands: Iterable[Compiled], allowed: Sequence[str]) -> None:
    """Refuse operands whose type is known and not allowed."""
    for operand in operands:
        if operand.type is not None and operand.type not in allowed:
            raise wrong_type(operator, operand.type)


def wrong_type(operator: str, type_: str) -> BadExpression:
    """The refusal of an operand's type."""
    return BadExpression(
        f"Incorrect operand type for operator or function; operator or function: {operator}, operand type: {type_}"
    )


def require_distinct(operator: str, operands: Sequence[Compiled]) -> None:
    """Refuse a path compared with itself."""
    first = operands[0].path
    if first is not None and any(other.path == first for other in operands[1:]):
        raise BadExpression(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {operator}, first operand: {path_text(first)}"
        )
