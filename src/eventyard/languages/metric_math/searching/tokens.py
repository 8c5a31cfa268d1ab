"""How names and search terms are cut into tokens, and which term finds which name.

    CustomCount1       Custom Count 1            a new token at each capital and each number
    SDBFailure         SDB Failure               a run of capitals is one
    Project2-trial333  Project 2 | trial 333     other characters part words and are forgotten

A term of one token finds it whatever its case, also when the name as a whole, or a row of letters in it, is that token:
`customcount` is in CustomCount1. A term of several finds them where they follow each other in the name: `Count1` and
`count1` are in CustomCount1, `couNT` is not.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html (read 2026-11);
radkawar/stackd, testdata/aws/cloudwatch/metric_search.json (recorded from AWS, 2026-09), where they differ.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")


@dataclass(frozen=True)
class Cut:
    """A name or a term, and its tokens."""

    text: str

    @cached_property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The tokens of each word, as they are written."""
        return tuple(tuple(_TOKEN.findall(word)) for word in _WORD.findall(self.text))

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token for word in self.words for token in word)

    @cached_property
    def whole(self) -> str:
        """All of it as one token."""
        return "".join(self.tokens).lower()

    @cached_property
    def lower(self) -> frozenset[str]:
        rows = {row.lower() for row in _LETTERS.findall(self.text)}
        return frozenset(token.lower() for token in self.tokens) | rows | {self.whole}

    def is_in(self, name: "Cut") -> bool:
        """Whether this term finds that name."""
        if not self.tokens:
            return False
        if len(self.tokens) == 1:
            return self.whole in name.lower
        if self.whole == name.whole:
            return True
        places = range(len(name.tokens) - len(self.tokens) + 1)
        return any(self._stands_at(name.tokens[place : place + len(self.tokens)]) for place in places)

    def _stands_at(self, tokens: tuple[str, ...]) -> bool:
        return [token.lower() for token in self.tokens] == [token.lower() for token in tokens]
