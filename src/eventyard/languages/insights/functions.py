"""The functions of the language, and which SQL each one is.

What is not known gives no value rather than an error: a text that is no number, a root of less than nothing, a division
by nothing. Names are in lower case, for they are found whatever their case.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eventyard.languages.insights.values import Kind

_BLANKS = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IS_V4 = f"regexp_full_match(trim({{0}}), '{_OCTET}([.]{_OCTET}){{{{3}}}}')"
V4_NUMBER = (
    "list_reduce(list_transform(string_split(trim({0}), '.'), "
    "lambda p: try_cast(p as uhugeint)), lambda a, b: a * 256 + b)"
)
_V6_PARTS = (
    "list_transform([{0}], lambda x: list_transform([list_filter(string_split(string_split(trim(x), '::')[1], ':'), "
    "lambda p: p <> '')], lambda l: list_transform([list_filter(string_split(coalesce(string_split(trim(x), '::')[2], "
    "''), ':'), lambda p: p <> '')], lambda r: case when len(l) + len(r) = 8 and not contains(x, '::') "
    "then list_concat(l, r) when contains(x, '::') and len(string_split(trim(x), '::')) = 2 and len(l) + len(r) < 8 "
    "then list_concat(l, list_transform(range(8 - len(l) - len(r)), lambda i: '0'), r) end)[1])[1])[1]"
)
V6_NUMBER = (
    f"list_reduce(list_transform({_V6_PARTS}, lambda p: cast(case when regexp_full_match(p, '[0-9A-Fa-f]{{{{1,4}}}}') "
    "then try_cast('0x' || p as integer) end as uhugeint)), lambda a, b: a * 65536 + b)"
)


@dataclass(frozen=True, slots=True)
class Function:
    """`takes` has a letter an argument: n(umber), t(ext), f(lag), m(oment).

    `forms` are its SQL, the first for the fewest arguments it can have, each further one for one more; a variadic one
    has `{all}` and as many as it is given.
    """

    takes: str
    gives: Kind
    forms: tuple[str, ...]
    is_variadic: bool = False

    @property
    def fewest(self) -> int:
        """How many arguments it has at least."""
        return len(self.takes) - len(self.forms) + 1


def _function(takes: str, gives: Kind, *forms: str, is_variadic: bool = False) -> Function:
    return Function(takes, gives, forms, is_variadic)


def _numeric(form: str) -> Function:
    return _function("n", Kind.NUMBER, form)


def _textual(form: str) -> Function:
    return _function("t", Kind.TEXT, form)


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "abs": _numeric("abs({0})"),
        "ceil": _numeric("ceil({0})"),
        "floor": _numeric("floor({0})"),
        "log": _numeric("try(ln({0}))"),
        "sqrt": _numeric("try(sqrt({0}))"),
        "round": _function("nn", Kind.NUMBER, "round({0})", "try(round({0}, cast({1} as integer)))"),
        "tonumber": _numeric("{0}"),
        "todouble": _numeric("{0}"),
        "toint": _numeric("trunc({0})"),
        "tolong": _numeric("trunc({0})"),
        "greatest": _function("n", Kind.NUMBER, "greatest({all})", is_variadic=True),
        "least": _function("n", Kind.NUMBER, "least({all})", is_variadic=True),
        "isempty": _function("t", Kind.FLAG, "(coalesce({0}, '') = '')"),
        "isblank": _function("t", Kind.FLAG, f"(trim(coalesce({{0}}, ''), {_BLANKS}) = '')"),
        "concat": _function("t", Kind.TEXT, "concat({all})", is_variadic=True),
        "ltrim": _function("tt", Kind.TEXT, f"ltrim({{0}}, {_BLANKS})", "ltrim({0}, {1})"),
        "rtrim": _function("tt", Kind.TEXT, f"rtrim({{0}}, {_BLANKS})", "rtrim({0}, {1})"),
        "trim": _function("tt", Kind.TEXT, f"trim({{0}}, {_BLANKS})", "trim({0}, {1})"),
        "strlen": _function("t", Kind.NUMBER, "cast(length({0}) as double)"),
        "toupper": _textual("upper({0})"),
        "tolower": _textual("lower({0})"),
        "substr": _function(
            "tnn",
            Kind.TEXT,
            "substring({0}, greatest(try_cast({1} as bigint), 0) + 1)",
            "substring({0}, greatest(try_cast({1} as bigint), 0) + 1, greatest(try_cast({2} as bigint), 0))",
        ),
        "replace": _function("ttt", Kind.TEXT, "replace({0}, {1}, {2})"),
        "strcontains": _function(
            "ttf",
            Kind.NUMBER,
            "cast(coalesce(contains({0}, {1}), false) as double)",
            "cast(coalesce(contains({0}, {1}), false) as double)",
        ),
        "startswith": _function("tt", Kind.FLAG, "coalesce(starts_with({0}, {1}), false)"),
        "endswith": _function("tt", Kind.FLAG, "coalesce(suffix({0}, {1}), false)"),
        "urlencode": _textual("url_encode({0})"),
        "urldecode": _textual("try(url_decode({0}))"),
        "base64encode": _textual("to_base64(encode({0}))"),
        "base64decode": _textual("try(decode(from_base64({0})))"),
        "md5": _textual("md5({0})"),
        "sha256": _textual("sha256({0})"),
        "split": _function("tt", Kind.JSON, "to_json(string_split({0}, {1}))"),
        "jsonparse": _function("t", Kind.JSON, "try_cast({0} as json)"),
        "jsonstringify": _textual("{0}"),
        "frommillis": _function("n", Kind.TIME, "try_cast({0} as bigint)"),
        "tomillis": _function("m", Kind.NUMBER, "cast({0} as double)"),
        "isvalidip": _function("t", Kind.FLAG, f"coalesce({IS_V4} or ({V6_NUMBER}) is not null, false)"),
        "isvalidipv4": _function("t", Kind.FLAG, f"coalesce({IS_V4}, false)"),
        "isvalidipv6": _function("t", Kind.FLAG, f"coalesce(({V6_NUMBER}) is not null, false)"),
        "ipv4tonumber": _function("t", Kind.NUMBER, f"case when {IS_V4} then cast({V4_NUMBER} as double) end"),
    }
)
"""Those whose SQL hangs on nothing but their arguments.

`strcontains`'s third argument has no effect, as on AWS (seen by users in 2026). Unverified: that `concat` leaves out
what is missing, and that `substr` counts negative places as 0."""

SUBNETS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"isipinsubnet": (4, 6), "isipv4insubnet": (4,), "isipv6insubnet": (6,)}
)
"""Functions of an address and a subnet, and which versions of addresses they know."""

AGGREGATES: Mapping[str, Function] = MappingProxyType(
    {
        "sum": _numeric("sum({0})"),
        "avg": _numeric("avg({0})"),
        "stddev": _numeric("stddev_pop({0})"),
        "count_distinct": _function("t", Kind.NUMBER, "count(distinct {0})"),
        "sortsfirst": _textual("min({0})"),
        "sortslast": _textual("max({0})"),
        "values": _textual("cast(to_json(list_sort(list(distinct {0}) filter ({0} is not null))) as varchar)"),
    }
)
"""Functions of many rows, but for those that `aggregates.py` makes by what they are given.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
Unverified: that `stddev` is that of a whole population."""
