"""The placeholders of one request: `#names` and `:values`, and which of them its expressions have used.

All expressions of a request are compiled with one `ExpressionContext`; `require_all_used` comes after the last.
"""

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, TypeVar

from eventyard.base.errors import AwsError
from eventyard.languages.dynamodb.refusals import invalid
from eventyard.languages.dynamodb.syntax import BadExpression, Placeholder, Step
from eventyard.languages.dynamodb.values import AttributeValue, accept

EXPRESSION_BYTES_MAX = 4096
_NAME = re.compile(r"#[A-Za-z0-9_]+", re.ASCII)
_VALUE = re.compile(r":[A-Za-z0-9_]+", re.ASCII)
_KINDS_THAT_TELL_THEIR_SIZE = ("FilterExpression", "ConditionExpression")

Tree = TypeVar("Tree")
TreeCache = MutableMapping[tuple[str, str], Any]
"""Trees by kind and text, owned by the caller, who bounds it."""


class ExpressionContext:
    """The placeholders of one request.

    `names` by `#name`, `values` by `:value`; both are checked and the values accepted here.
    `trees` is an optional cache of parsed texts.
    Errors: ValidationException for an empty map, a key that is no placeholder, or a bad value.
    """

    def __init__(
        self,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, AttributeValue] | None = None,
        trees: TreeCache | None = None,
    ) -> None:
        _require_keys("ExpressionAttributeNames", names, _NAME)
        _require_keys("ExpressionAttributeValues", values, _VALUE)
        self._names = names or {}
        self._values = {key: _accepted(key, value) for key, value in (values or {}).items()}
        self._used: set[str] = set()
        self._trees = trees

    def parse(self, kind: str, text: str, parser: Callable[[str], Tree]) -> Tree:
        """The tree of `text`; `kind` is the parameter's name, as `UpdateExpression`."""
        if self._trees is not None and (kind, text) in self._trees:
            cached: Tree = self._trees[kind, text]
            return cached
        if not text.strip(" \t\r\n"):
            raise invalid(f"Invalid {kind}: The expression can not be empty;")
        size = len(text.encode())
        if size > EXPRESSION_BYTES_MAX:
            told = f" expression size: {size}" if kind in _KINDS_THAT_TELL_THEIR_SIZE else ""
            raise invalid(f"Invalid {kind}: Expression size has exceeded the maximum allowed size;{told}")
        try:
            tree = parser(text)
        except BadExpression as error:
            raise invalid(f"Invalid {kind}: {error}") from None
        if self._trees is not None:
            self._trees[kind, text] = tree
        return tree

    def steps(self, kind: str, steps: Iterable[Step]) -> tuple[str | int, ...]:
        """The steps with their placeholders replaced. Errors: ValidationException for one not defined."""
        return tuple(self._name(kind, step.name) if isinstance(step, Placeholder) else step for step in steps)

    def _name(self, kind: str, placeholder: str) -> str:
        name = self._names.get(placeholder)
        if name is None:
            raise invalid(
                f"Invalid {kind}: An expression attribute name used in the document path is not defined; "
                f"attribute name: {placeholder}"
            )
        self._used.add(placeholder)
        return name

    def value(self, kind: str, placeholder: str) -> AttributeValue:
        """The value of a `:value`. Errors: ValidationException for one not defined."""
        value = self._values.get(placeholder)
        if value is None:
            raise invalid(
                f"Invalid {kind}: An expression attribute value used in expression is not defined; "
                f"attribute value: {placeholder}"
            )
        self._used.add(placeholder)
        return value

    def require_all_used(self) -> None:
        """Refuse placeholders that no expression has used."""
        for parameter, keys in (("Names", self._names), ("Values", self._values)):
            unused = keys.keys() - self._used
            if unused:
                listed = [key for key in _in_java_order(keys) if key in unused]
                raise invalid(
                    f"Value provided in ExpressionAttribute{parameter} unused in expressions: "
                    f"keys: {{{', '.join(listed)}}}"
                )


def open_context(
    params: Mapping[str, Any],
    *,
    expressions: tuple[str, ...],
    older: tuple[str, ...] = (),
    trees: TreeCache | None = None,
) -> ExpressionContext:
    """The context of a request's parameters.

    `expressions` are the expression parameters of the operation in AWS's order, `older` the ones they replaced.
    Errors: ValidationException for both forms in one request, and for placeholders without any expression.
    Source: architect/dynalite; nubo-db/dynamodb-conformance.
    """
    require_one_form(params, expressions=expressions, older=older)
    given = [name for name in expressions if params.get(name) is not None]
    if params.get("ExpressionAttributeNames") is not None and not given:
        raise invalid("ExpressionAttributeNames can only be specified when using expressions")
    with_values = [name for name in expressions if name != "ProjectionExpression"]
    if params.get("ExpressionAttributeValues") is not None and not set(with_values) & set(given):
        verb = "are" if len(with_values) > 1 else "is"
        raise invalid(
            "ExpressionAttributeValues can only be specified when using expressions: "
            f"{' and '.join(with_values)} {verb} null"
        )
    return ExpressionContext(params.get("ExpressionAttributeNames"), params.get("ExpressionAttributeValues"), trees)


def require_one_form(params: Mapping[str, Any], *, expressions: tuple[str, ...], older: tuple[str, ...]) -> None:
    """Refuse a request with expressions and the parameters they replaced; AWS looks at this before anything else."""
    given = [name for name in expressions if params.get(name) is not None]
    given_older = [name for name in older if params.get(name) is not None]
    if given and given_older:
        raise invalid(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(given_older)}}} Expression parameters: {{{', '.join(given)}}}"
        )


def _require_keys(parameter: str, placeholders: Mapping[str, Any] | None, form: re.Pattern[str]) -> None:
    if placeholders is None:
        return
    if not placeholders:
        raise invalid(f"{parameter} must not be empty")
    for key in placeholders:
        if not form.fullmatch(key):
            raise invalid(f'{parameter} contains invalid key: Syntax error; key: "{key}"')


def _accepted(key: str, value: AttributeValue) -> AttributeValue:
    try:
        return accept(value)
    except AwsError as error:
        raise invalid(f"ExpressionAttributeValues contains invalid value: {error.message} for key {key}") from None


def _in_java_order(keys: Iterable[str]) -> list[str]:
    """The order in which a Java `HashMap` lists them, which is how AWS names several unused ones. Unverified."""
    listed = list(keys)
    buckets = 16
    while buckets * 3 // 4 < len(listed):
        buckets *= 2
    return sorted(listed, key=lambda key: _java_hash(key) & (buckets - 1))


def _java_hash(text: str) -> int:
    total = 0
    for letter in text:
        total = (total * 31 + ord(letter)) & 0xFFFFFFFF
    return total ^ (total >> 16)
