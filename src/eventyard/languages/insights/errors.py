"""What is wrong with a query, and where.

AWS tells it as MalformedQueryException with a `queryCompileError` of a message and a location. A symbol that does not
fit is `unexpected symbol found SYMBOL at line L and position P`: lines count from 1, positions in a line from 0.
Source: the form of the message is quoted in grafana/grafana's tests of its CloudWatch data source; the location's
members are of the service model. Unverified: that offsets count from the query's first character, the end excluded.
"""


class QueryError(Exception):
    """The query cannot be run. `start` and `end` are offsets of characters in the query."""

    def __init__(self, message: str, *, start: int = 0, end: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def unexpected(text: str, query: str, start: int) -> QueryError:
    """The error for a symbol that does not fit at that place of the query."""
    before = query[:start]
    line = before.count("\n") + 1
    position = start - (before.rfind("\n") + 1)
    shown = text or "<EOF>"
    message = f"unexpected symbol found {shown} at line {line} and position {position}"
    return QueryError(message, start=start, end=start + len(text))
