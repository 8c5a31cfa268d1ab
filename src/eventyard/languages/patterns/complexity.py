"""Patterns that EventBridge refuses because a value could be in too many places of its automaton at once.

A wildcard is read as an automaton: after some characters of a value, several prefixes of the wildcard may have matched.
`*:*:*` after a colon may stand at its first star, its first colon, its second star... The complexity of a field is the
largest number of such places that any value reaches, added up over the field's wildcards.

Sources: aws/event-ruler, MachineComplexityEvaluator. The limit is between what EventBridge was seen to accept (nine:
three alternatives like `*:stack/name/*`, 2026-04) and to refuse (eleven: `*:*:*:*:*:event-bus/*`, 2024-12-05).
Unverified: whether ten is accepted.
"""

from collections.abc import Iterable, Sequence

from eventyard.languages.patterns.errors import TOO_COMPLEX, PatternError
from eventyard.languages.patterns.grammar import Alternatives, Branch
from eventyard.languages.patterns.tests import AnythingBut, MatchesWildcard
from eventyard.languages.patterns.wildcard import Wildcard

PLACES_MAX = 10
# How many different sets of places are looked at before the field is taken for too complex.
SETS_MAX = 20_000


def refuse_too_complex(branches: Sequence[Branch]) -> None:
    """Errors: `PatternError` when a field of a branch can be in more than ten places at once."""
    groups = {group for branch in branches for alternatives in branch.values() for group in _groups(alternatives)}
    if any(_is_too_complex(group) for group in groups):
        raise PatternError(TOO_COMPLEX)


def _groups(alternatives: Alternatives) -> Iterable[tuple[Wildcard, ...]]:
    """The wildcards whose places add up: a field's own ones. Each one under an `anything-but` is judged by itself."""
    own = tuple(dict.fromkeys(test.wildcard for test in alternatives if isinstance(test, MatchesWildcard)))
    if own:
        yield own
    for test in alternatives:
        for excluded in test.excluded if isinstance(test, AnythingBut) else ():
            if isinstance(excluded, MatchesWildcard):
                yield (excluded.wildcard,)


def _is_too_complex(wildcards: Sequence[Wildcard]) -> bool:
    if sum(len(wildcard.pieces) for wildcard in wildcards) == len(wildcards):
        return False
    stars, letters = _places(wildcards)
    start = _with_stars(letters.pop(_START), stars)
    seen, waiting = {start}, [start]
    while waiting:
        places = waiting.pop()
        resting = places & stars
        for letter in letters.values():
            reached = _with_stars(resting | ((places & letter) << 1), stars)
            if reached in seen:
                continue
            if reached.bit_count() > PLACES_MAX or len(seen) > SETS_MAX:
                return True
            seen.add(reached)
            waiting.append(reached)
    return False


_START = "start"


def _places(wildcards: Sequence[Wildcard]) -> tuple[int, dict[str, int]]:
    """Bit masks over all places of all wildcards: which are stars, and by which letter one leaves which place.

    A place is a prefix of a wildcard in its quotes; its bit is below that of the prefix that is one character longer.
    """
    stars, position = 0, 0
    letters: dict[str, int] = {_START: 0}
    for wildcard in wildcards:
        letters[_START] |= 1 << position
        for index, piece in enumerate(wildcard.pieces):
            if index:
                position += 1
                stars |= 1 << position
            closing = '"' if index == len(wildcard.pieces) - 1 else ""
            for letter in piece + closing:
                letters[letter] = letters.get(letter, 0) | 1 << position
                position += 1
        position += 1
    return stars, letters


def _with_stars(places: int, stars: int) -> int:
    return places | ((places << 1) & stars)
