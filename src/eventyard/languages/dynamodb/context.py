"""The placeholders of one request: `#names` and `:values`, and which of them its expressions have used.

An expression is planned from its text, the names and the types of the values, and a plan is kept: the next request
with the same text brings only other values, which are bound when the plan is run.
All expressions of a request are compiled with one `ExpressionContext`; `require_all_used` comes after the last.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from eventyard.base.errors import AwsError
from eventyard.languages.dynamodb.refusals import invalid
from eventyard.languages.dynamodb.syntax import BadExpression, Placeholder, Step
from eventyard.languages.dynamodb.values import AttributeValue, accept, type_of

EXPRESSION_BYTES_MAX = 4096
_NAME = re.compile(r"#[A-Za-z0-9_]+", re.ASCII)
_VALUE = re.compile(r":[A-Za-z0-9_]+", re.ASCII)
_KINDS_THAT_TELL_THEIR_SIZE = ("FilterExpression", "ConditionExpression")

Tree = TypeVar("Tree")
Pairs = tuple[tuple[str, str], ...]


class Planned(Protocol):
    """What a planner makes: it knows which placeholders it uses."""

    @property
    def used(self) -> frozenset[str]: ...


Plan = TypeVar("Plan", bound=Planned)
Planner = Callable[[str, str, Pairs, Pairs], Plan]
"""From a kind, a text, the names and the values' types to a plan. Being pure, it may be kept (`lru_cache`)."""

PLANS_MAX = 1024
"""Plans that are kept of each sort."""


class Placeholders:
    """What the placeholders of an expression mean while it is planned: of the values only the types are known."""

    def __init__(self, names: Pairs = (), types: Pairs = ()) -> None:
        self._names = dict(names)
        self._types = dict(types)
        self._used: set[str] = set()

    @property
    def used(self) -> frozenset[str]:
        """The placeholders that were asked for."""
        return frozenset(self._used)

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

    def type(self, kind: str, placeholder: str) -> str:
        """The type of a `:value`. Errors: ValidationException for one not defined."""
        found = self._types.get(placeholder)
        if found is None:
            raise invalid(
                f"Invalid {kind}: An expression attribute value used in expression is not defined; "
                f"attribute value: {placeholder}"
            )
        self._used.add(placeholder)
        return found


class ExpressionContext:
    """The placeholders of one request.

    `names` by `#name`, `values` by `:value`; both are checked and the values accepted here.
    Errors: ValidationException for an empty map, a key that is no placeholder, or a bad value.
    """

    def __init__(
        self, names: Mapping[str, str] | None = None, values: Mapping[str, AttributeValue] | None = None
    ) -> None:
        _require_keys("ExpressionAttributeNames", names, _NAME)
        _require_keys("ExpressionAttributeValues", values, _VALUE)
        self._names = names or {}
        self.values = {key: _accepted(key, value) for key, value in (values or {}).items()}
        self._used: set[str] = set()

    def plan(self, planner: Planner[Plan], kind: str, text: str) -> Plan:
        """The plan of `text`, whose placeholders count as used from now on; `kind` is the parameter's name."""
        types = tuple([(key, type_of(value)) for key, value in self.values.items()])
        plan = planner(kind, text, tuple(self._names.items()), types)
        self._used |= plan.used
        return plan

    def require_all_used(self) -> None:
        """Refuse placeholders that no expression has used."""
        for parameter, keys in (("Names", self._names), ("Values", self.values)):
            unused = keys.keys() - self._used
            if unused:
                listed = [key for key in _in_java_order(keys) if key in unused]
                raise invalid(
                    f"Value provided in ExpressionAttribute{parameter} unused in expressions: "
                    f"keys: {{{', '.join(listed)}}}"
                )


def parse(kind: str, text: str, parser: Callable[[str], Tree]) -> Tree:
    """The tree of `text`; `kind` is the parameter's name, as `UpdateExpression`. Errors: ValidationException."""
    if not text.strip(" \t\r\n"):
        raise invalid(f"Invalid {kind}: The expression can not be empty;")
    size = len(text.encode())
    if size > EXPRESSION_BYTES_MAX:
        told = f" expression size: {size}" if kind in _KINDS_THAT_TELL_THEIR_SIZE else ""
        raise invalid(f"Invalid {kind}: Expression size has exceeded the maximum allowed size;{told}")
    try:
        return parser(text)
    except BadExpression as error:
        raise invalid(f"Invalid {kind}: {error}") from None


def open_context(
    params: Mapping[str, Any], *, expressions: tuple[str, ...], older: tuple[str, ...] = ()
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
    return ExpressionContext(params.get("ExpressionAttributeNames"), params.get("ExpressionAttributeValues"))


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
