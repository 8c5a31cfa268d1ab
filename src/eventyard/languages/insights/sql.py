"""A value in SQL and what it is, and how a value of one kind is read as another.

A flag is never NULL. What a text says as a number is NULL where it says none. No reading writes its operand twice, so
that what nests does not grow out of bounds.
"""

from typing import NamedTuple

from eventyard.languages.insights.errors import QueryError
from eventyard.languages.insights.values import Kind

CHARACTERS_MAX = 200_000
"""Of one expression's SQL, so that no query of 10,000 characters becomes one of gigabytes."""


class Sql(NamedTuple):
    """A value: its SQL and its kind."""

    text: str
    kind: Kind


def made(text: str, kind: Kind) -> Sql:
    """The value, unless its SQL has grown too long. Raises QueryError."""
    if len(text) > CHARACTERS_MAX:
        raise QueryError("The query is too complex.")
    return Sql(text, kind)


def number(value: Sql) -> str:
    """The value as a DOUBLE, or NULL."""
    if value.kind in (Kind.NUMBER, Kind.MEASURE):
        return value.text
    if value.kind is Kind.JSON:
        return f"try_cast(({value.text} ->> '$') as double)"
    if value.kind is Kind.TEXT:
        return f"try_cast({value.text} as double)"
    return f"cast({value.text} as double)"


def text(value: Sql) -> str:
    """The value as a text, or NULL."""
    if value.kind is Kind.TEXT:
        return value.text
    if value.kind is Kind.JSON:
        return (
            f"list_transform([{value.text}], lambda j: case when j = 'true' then '1' when j = 'false' then '0' "
            "else j ->> '$' end)[1]"
        )
    if value.kind is Kind.TIME:
        return f"strftime(make_timestamp_ms({value.text}), '%Y-%m-%d %H:%M:%S.%g')"
    if value.kind is Kind.FLAG:
        return f"cast(cast({value.text} as integer) as varchar)"
    return f"regexp_replace(cast({value.text} as varchar), '[.]0$', '')"


def moment(value: Sql) -> str:
    """The value as milliseconds since the epoch, or NULL."""
    return value.text if value.kind is Kind.TIME else f"try_cast({number(value)} as bigint)"


def flag(value: Sql) -> str:
    """The value as a condition: a number that is not 0."""
    return value.text if value.kind is Kind.FLAG else f"coalesce({number(value)} <> 0, false)"


def order_keys(column: str, kind: Kind, *, is_descending: bool) -> tuple[str, ...]:
    """What to order by so that the column is in order; what is missing comes last.

    Texts that are no numbers come before those that are; their digits count as numbers, the rest as characters.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html
    """
    way = "desc" if is_descending else "asc"
    if kind is not Kind.TEXT:
        return (f"{column} {way} nulls last",)
    natural = (
        f"list_transform(regexp_extract_all({column}, '[0-9]+|[^0-9]+'), lambda c: case when "
        "regexp_full_match(c, '[0-9]+') then lpad(cast(length(c) as varchar), 7, '0') || c else c end)"
    )
    return (
        f"{column} is null",
        f"(try_cast({column} as double) is not null) {way}",
        f"try_cast({column} as double) {way}",
        f"{natural} {way}",
    )
