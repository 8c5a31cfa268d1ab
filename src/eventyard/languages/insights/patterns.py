"""Patterns as RE2 takes them, which is what runs them: `parse`'s globs, and regular expressions in AWS's form.

RE2 runs in time that grows with the text alone, so a pattern cannot hold up the server; it has no look-around and no
references back to groups, which are refused. Named groups are written `(?P<name>…)` in it.
"""

import re

from eventyard.languages.insights.errors import QueryError

PATTERN_CHARACTERS_MAX = 2_000
_NAMED = re.compile(r"(\\.)|\(\?<([A-Za-z_@][\w.@]*)>", re.DOTALL)
_REFUSED = re.compile(r"(?:\\\\)*(?:(?<!\\)\(\?(?:[=!>]|<[=!])|\\[1-9]|(?<!\\)[*+?}]\+)")
_FLAGS = re.compile(r"(\\.)|\(\?[imsU-]+(:|\))", re.DOTALL)


def regex_of(pattern: str, *, start: int, end: int) -> tuple[str, tuple[tuple[str, int], ...]]:
    """(the pattern for RE2, the names of its groups with their numbers). Raises QueryError."""
    if len(pattern) > PATTERN_CHARACTERS_MAX:
        raise QueryError("The regular expression is too long.", start=start, end=end)
    if _REFUSED.search(pattern):
        words = "Look-around, possessive quantifiers and references to groups are not served in regular expressions."
        raise QueryError(words, start=start, end=end)
    names: list[str] = []

    def renamed(found: "re.Match[str]") -> str:
        if found[1]:
            return found[1]
        names.append(found[2])
        return f"(?P<g{len(names)}>"

    text = _NAMED.sub(renamed, pattern).replace("\\/", "/")
    try:
        numbers = re.compile(_FLAGS.sub(_without_flags, text)).groupindex
    except (re.error, OverflowError, RecursionError) as failure:
        raise QueryError(f"Invalid regular expression: {failure}", start=start, end=end) from None
    return text, tuple((name, numbers[f"g{place}"]) for place, name in enumerate(names, start=1))


def group_count(pattern: str) -> int:
    """How many groups a pattern has that `regex_of` gave."""
    return re.compile(_FLAGS.sub(_without_flags, pattern)).groups


def glob_of(glob: str) -> str:
    """A glob as a pattern: each `*` is a group, as short as can be but for one at the end."""
    parts = [re.escape(part) for part in glob.split("*")]
    return "(?s)" + "(.*?)".join(parts[:-1]) + ("(.*)" if parts[-1] == "" else f"(.*?){parts[-1]}")


def _without_flags(found: "re.Match[str]") -> str:
    """Python wants flags at the beginning; whether the rest is well formed does not hang on them."""
    return found[1] or ("(?:" if found[2] == ":" else "")
