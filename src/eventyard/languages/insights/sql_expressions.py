"""An expression as SQL. What a query says in it comes as parameters alone.

A comparison is of numbers where one side is a number or an instant, else of texts; where it cannot be made it is false,
and `!=` its opposite. Unverified: what AWS compares a missing field to.
"""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv6Network, ip_network

from eventyard.languages.insights.aggregates import BUILT
from eventyard.languages.insights.errors import QueryError, unexpected
from eventyard.languages.insights.functions import AGGREGATES, FUNCTIONS, IS_V4, SUBNETS, V4_NUMBER, V6_NUMBER, Function
from eventyard.languages.insights.patterns import regex_of
from eventyard.languages.insights.periods import ceil_of, floor_of
from eventyard.languages.insights.plan import (
    Arithmetic,
    Comparison,
    Expression,
    Field,
    Flag,
    Invoke,
    Like,
    Logical,
    Membership,
    Not,
    Number,
    Period,
    Regex,
    Star,
    Text,
)
from eventyard.languages.insights.scope import Scope, unknown
from eventyard.languages.insights.sql import Sql, flag, made, moment, number, text
from eventyard.languages.insights.values import Kind

_READINGS: Mapping[str, Callable[[Sql], str]] = {"n": number, "t": text, "f": flag, "m": moment}
_EXACT = frozenset({Kind.TEXT, Kind.JSON})
_NAMES_OF_ROWS = frozenset({"earliest", "latest"})


class Expressions:
    """Makes SQL of expressions in a scope. `aggregated` are the columns that a `stats` has so far, else `None`."""

    def __init__(self, query: str, scope: Scope, *, now_ms: int) -> None:
        self._query = query
        self._scope = scope
        self._now_ms = now_ms
        self.aggregated: Mapping[str, Sql] | None = None

    def sql(self, expression: Expression) -> Sql:
        """The expression's value. Raises QueryError."""
        found = _MAKERS[type(expression)](self, expression)
        return made(*found)

    def condition(self, expression: Expression) -> str:
        """The expression as a condition, which is never NULL."""
        return flag(self.sql(expression))

    def _number(self, plan: Number) -> Sql:
        return Sql(self._scope.parameter(plan.value, "double"), Kind.NUMBER)

    def _text(self, plan: Text) -> Sql:
        return Sql(self._scope.parameter(plan.value, "varchar"), Kind.TEXT)

    def _flag(self, plan: Flag) -> Sql:
        return Sql("true" if plan.value else "false", Kind.FLAG)

    def _field(self, plan: Field) -> Sql:
        if self.aggregated is None:
            return self._scope.field(plan)
        if (known := self.aggregated.get(plan.name)) is None:
            raise unknown(plan)
        return known

    def _arithmetic(self, plan: Arithmetic) -> Sql:
        left, right = number(self.sql(plan.left)), number(self.sql(plan.right))
        forms = {"/": f"({left} / nullif({right}, 0))", "%": f"fmod({left}, nullif({right}, 0))"}
        forms["^"] = f"try(pow({left}, {right}))"
        return Sql(forms.get(plan.operator, f"({left} {plan.operator} {right})"), Kind.NUMBER)

    def _comparison(self, plan: Comparison) -> Sql:
        left, right = self.sql(plan.left), self.sql(plan.right)
        if plan.operator == "!=":
            return Sql(f"(not {_compared(left, right, '=', plan)})", Kind.FLAG)
        return Sql(_compared(left, right, plan.operator, plan), Kind.FLAG)

    def _logical(self, plan: Logical) -> Sql:
        parts = [self.condition(operand) for operand in plan.operands]
        return Sql(f"({f' {plan.operator} '.join(parts)})", Kind.FLAG)

    def _not(self, plan: Not) -> Sql:
        return Sql(f"(not {self.condition(plan.operand)})", Kind.FLAG)

    def _membership(self, plan: Membership) -> Sql:
        item = self.sql(plan.item)
        options = [self.sql(option) for option in plan.options]
        tests = []
        if texts := [text(option) for option in options if option.kind in _EXACT]:
            tests.append(f"coalesce({text(item)} in ({', '.join(texts)}), false)")
        if numbers := [number(option) for option in options if option.kind not in _EXACT]:
            tests.append(f"coalesce({number(item)} in ({', '.join(numbers)}), false)")
        return Sql(f"({' or '.join(tests)})", Kind.FLAG)

    def _like(self, plan: Like) -> Sql:
        item = text(self.sql(plan.item))
        if isinstance(plan.pattern, Regex):
            return Sql(f"coalesce(regexp_matches({item}, {self._pattern(plan.pattern)}), false)", Kind.FLAG)
        return Sql(f"coalesce(contains({item}, {text(self.sql(plan.pattern))}), false)", Kind.FLAG)

    def _misplaced(self, plan: Regex | Period | Star) -> Sql:
        if isinstance(plan, Regex):
            raise unexpected(self._query[plan.start : plan.end], self._query, plan.start)
        shown = "*" if isinstance(plan, Star) else f"{plan.count}{plan.unit}"
        raise unexpected(shown, self._query, max(self._query.find(shown), 0))

    def _invoke(self, plan: Invoke) -> Sql:
        if plan.name in BUILT or plan.name in AGGREGATES:
            return self._aggregate(plan)
        if (function := FUNCTIONS.get(plan.name)) is not None:
            return self._applied(plan, function, [self.sql(argument) for argument in plan.arguments])
        if (special := _SPECIAL.get(plan.name)) is not None:
            return special(self, plan)
        raise self.misused(plan)

    def _aggregate(self, plan: Invoke) -> Sql:
        if self.aggregated is None or (self._scope.is_grouped and plan.name in _NAMES_OF_ROWS):
            raise self.misused(plan)
        outer, self.aggregated = self.aggregated, None
        values = [self.sql(argument) for argument in plan.arguments if not isinstance(argument, Star)]
        self.aggregated = outer
        if (function := AGGREGATES.get(plan.name)) is not None:
            made_of = self._applied(plan, function, values)
            return Sql(f"cast({made_of.text} as double)", Kind.NUMBER) if made_of.kind is Kind.NUMBER else made_of
        if (found := BUILT[plan.name](values, plan.arguments)) is None:
            raise self.misused(plan)
        return found

    def _applied(self, plan: Invoke, function: Function, values: Sequence[Sql]) -> Sql:
        if function.is_variadic and values:
            read = _READINGS[function.takes]
            return Sql(function.forms[0].format(all=", ".join(read(value) for value in values)), function.gives)
        if not function.fewest <= len(values) <= len(function.takes):
            raise self.misused(plan)
        given = [_READINGS[letter](value) for letter, value in zip(function.takes, values, strict=False)]
        return Sql(function.forms[len(values) - function.fewest].format(*given), function.gives)

    def _period(self, plan: Invoke) -> Sql:
        """`bin(5m)`, and `datefloor` and `dateceil` of an instant; a number is one of seconds."""
        *moments, period = plan.arguments or (None,)
        if isinstance(period, Number) and 1 <= period.value < 1e9:
            period = Period(int(period.value), "s")
        if not isinstance(period, Period) or len(moments) != (0 if plan.name == "bin" else 1):
            raise self.misused(plan)
        item = moments[0] if moments else Field("@timestamp", ("@timestamp",), plan.start, plan.end)
        assert item is not None, "a moment is an expression"
        cut = ceil_of if plan.name == "dateceil" else floor_of
        return Sql(cut(moment(self.sql(item)), period), Kind.TIME)

    def _now(self, plan: Invoke) -> Sql:
        """Seconds since the epoch."""
        if plan.arguments:
            raise self.misused(plan)
        return Sql(self._scope.parameter(float(self._now_ms // 1000), "double"), Kind.NUMBER)

    def _is_present(self, plan: Invoke) -> Sql:
        if len(plan.arguments) != 1:
            raise self.misused(plan)
        return Sql(f"(({self.sql(plan.arguments[0]).text}) is not null)", Kind.FLAG)

    def _coalesce(self, plan: Invoke) -> Sql:
        if not plan.arguments:
            raise self.misused(plan)
        values, kind = _of_one_kind([self.sql(argument) for argument in plan.arguments])
        return Sql(f"coalesce({', '.join(values)})", kind)

    def _case(self, plan: Invoke) -> Sql:
        """`if(condition, then, else)`, and `case` with several conditions before the else, which may be left out."""
        given = plan.arguments
        if len(given) < 2 or (plan.name == "if" and len(given) != 3):
            raise self.misused(plan)
        conditions = [self.condition(one) for one in given[: len(given) // 2 * 2 : 2]]
        chosen = [*given[1::2], *([given[-1]] if len(given) % 2 else [])]
        values, kind = _of_one_kind([self.sql(one) for one in chosen])
        branches = " ".join(
            f"when {condition} then {value}" for condition, value in zip(conditions, values, strict=False)
        )
        otherwise = f"else {values[-1]} " if len(given) % 2 else ("else false " if kind is Kind.FLAG else "")
        return Sql(f"(case {branches} {otherwise}end)", kind)

    def _replaced(self, plan: Invoke) -> Sql:
        if len(plan.arguments) != 3:
            raise self.misused(plan)
        item, pattern, replacement = plan.arguments
        if isinstance(pattern, Text):
            pattern = Regex(pattern.value, plan.start, plan.end)
        if not isinstance(pattern, Regex):
            raise self.misused(plan)
        given = f"{text(self.sql(item))}, {self._pattern(pattern)}, {text(self.sql(replacement))}"
        return Sql(f"regexp_replace({given}, 'g')", Kind.TEXT)

    def _in_subnet(self, plan: Invoke) -> Sql:
        subnet = plan.arguments[1] if len(plan.arguments) == 2 else None
        if not isinstance(subnet, Text):
            raise self.misused(plan)
        address = text(self.sql(plan.arguments[0]))
        try:
            network = ip_network(subnet.value.strip(), strict=False)
        except ValueError:
            return Sql("false", Kind.FLAG)
        if network.version not in SUBNETS[plan.name]:
            return Sql("false", Kind.FLAG)
        first = self._scope.parameter(str(int(network.network_address)), "uhugeint")
        last = self._scope.parameter(str(int(network.broadcast_address)), "uhugeint")
        shape = V6_NUMBER if isinstance(network, IPv6Network) else f"case when {IS_V4} then {V4_NUMBER} end"
        return Sql(f"coalesce({shape.format(address)} between {first} and {last}, false)", Kind.FLAG)

    def _pattern(self, regex: Regex) -> str:
        pattern, _ = regex_of(regex.pattern, start=regex.start, end=regex.end)
        return self._scope.parameter(pattern, "varchar")

    def misused(self, plan: Invoke) -> QueryError:
        """The error for a function that is not known, or not with these arguments, or not here."""
        return unexpected(self._query[plan.start : plan.end], self._query, plan.start)


def _compared(left: Sql, right: Sql, operator: str, plan: Comparison) -> str:
    if Kind.FLAG in (left.kind, right.kind):
        sides = (_truth(left), _truth(right))
    elif left.kind in _EXACT and right.kind in _EXACT:
        return _compared_texts(text(left), text(right), operator)
    elif _is_instant_as_text(left, plan.right) or _is_instant_as_text(right, plan.left):
        sides = (text(left), text(right))
    else:
        sides = (number(left), number(right))
    return f"coalesce({sides[0]} {operator} {sides[1]}, false)"


def _compared_texts(left: str, right: str, operator: str) -> str:
    """Of texts that both are numbers the numbers decide which is greater; whether they are equal, the texts."""
    if operator == "=":
        return f"coalesce({left} = {right}, false)"
    numbers = f"try_cast({left} as double) {operator} try_cast({right} as double)"
    return f"coalesce({numbers}, {left} {operator} {right}, false)"


def _truth(value: Sql) -> str:
    """As 1 or 0, from flags, numbers, and the words `true` and `false`."""
    if value.kind in _EXACT:
        numbers = "lambda w: case lower(w) when 'true' then '1' when 'false' then '0' else w end"
        return f"try_cast(list_transform([{text(value)}], {numbers})[1] as double)"
    return number(value)


def _is_instant_as_text(value: Sql, other: Expression) -> bool:
    """With a text in the query an instant is compared as it is shown."""
    return value.kind is Kind.TIME and isinstance(other, Text)


def _of_one_kind(values: Sequence[Sql]) -> tuple[list[str], Kind]:
    kinds = {Kind.NUMBER if value.kind is Kind.MEASURE else value.kind for value in values}
    if len(kinds) == 1:
        return [value.text for value in values], kinds.pop()
    if kinds == {Kind.NUMBER, Kind.FLAG}:
        return [number(value) for value in values], Kind.NUMBER
    return [text(value) for value in values], Kind.TEXT


_MAKERS: Mapping[type, Callable[..., Sql]] = {
    Number: Expressions._number,
    Text: Expressions._text,
    Flag: Expressions._flag,
    Field: Expressions._field,
    Arithmetic: Expressions._arithmetic,
    Comparison: Expressions._comparison,
    Logical: Expressions._logical,
    Not: Expressions._not,
    Membership: Expressions._membership,
    Like: Expressions._like,
    Invoke: Expressions._invoke,
    Regex: Expressions._misplaced,
    Period: Expressions._misplaced,
    Star: Expressions._misplaced,
}
_SPECIAL: Mapping[str, Callable[[Expressions, Invoke], Sql]] = {
    "bin": Expressions._period,
    "datefloor": Expressions._period,
    "dateceil": Expressions._period,
    "now": Expressions._now,
    "ispresent": Expressions._is_present,
    "coalesce": Expressions._coalesce,
    "if": Expressions._case,
    "case": Expressions._case,
    "regex_replace": Expressions._replaced,
    "isipinsubnet": Expressions._in_subnet,
    "isipv4insubnet": Expressions._in_subnet,
    "isipv6insubnet": Expressions._in_subnet,
}
