"""A place among a query's tokens, and the small steps of reading them."""

from eventyard.languages.insights.errors import QueryError, unexpected
from eventyard.languages.insights.tokens import Kind, Token, tokens_of

DEPTH_MAX = 40
"""How deep expressions may nest. AWS publishes no number: Unverified."""


class Cursor:
    """Reads tokens one after the other; every refusal names the token at which it happened."""

    def __init__(self, query: str) -> None:
        self.query = query
        self._tokens = tokens_of(query)
        self._at = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._at]

    @property
    def last_end(self) -> int:
        """Where the token before ended."""
        return self._tokens[self._at - 1].end if self._at else 0

    def take(self) -> Token:
        """The next token, passed; the END stays."""
        token = self.token
        if token.kind is not Kind.END:
            self._at += 1
        return token

    def sees(self, *words: str) -> bool:
        """Whether one of these keywords or symbols comes next."""
        return self.token.says(*words)

    def sees_after(self, *words: str) -> bool:
        """Whether one of these comes after the next token."""
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        return following.says(*words)

    def passes(self, *words: str) -> bool:
        """Pass one of these if it comes next, and say whether it did."""
        if self.sees(*words):
            self.take()
            return True
        return False

    def expect(self, *words: str) -> Token:
        """Pass one of these. Raises QueryError."""
        if not self.sees(*words):
            raise self.unexpected()
        return self.take()

    def expect_kind(self, *kinds: Kind) -> Token:
        """Pass a token of one of these kinds. Raises QueryError."""
        if self.token.kind not in kinds:
            raise self.unexpected()
        return self.take()

    def unexpected(self, token: Token | None = None) -> QueryError:
        """The error for a token that does not fit: the next one, unless told."""
        token = token or self.token
        return unexpected(token.text, self.query, token.start)

    def text_from(self, start: int) -> str:
        """What stands between there and the end of the last token passed."""
        return self.query[start : self.last_end]

    def deeper(self) -> None:
        """An expression within another begins. Raises QueryError where they nest too deep."""
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise QueryError("The query nests too deep.", start=self.token.start, end=self.token.end)

    def shallower(self) -> None:
        """It has ended."""
        self._depth -= 1
