"""Queries that cannot be run: why, and where."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eventyard.languages.insights.compiler import compile_query
from eventyard.languages.insights.errors import QueryError
from eventyard.languages.insights.parser import REFUSED

SYMBOLS = [
    ("bad", "bad", 1, 0),
    ("fields @message | bad x", "bad", 1, 18),
    ("fields @message\n| bad", "bad", 2, 2),
    ("fields a,", "<EOF>", 1, 9),
    ("fields a, | limit 1", "|", 1, 10),
    ('fields a like "open', '"', 1, 14),
    ("filter (n = 1", "<EOF>", 1, 13),
    ("fields foo(n)", "foo", 1, 7),
    ("fields abs()", "abs", 1, 7),
    ("fields abs(1, 2)", "abs", 1, 7),
    ("filter count(n) > 1", "count", 1, 7),
    ("stats pct(n, m)", "pct", 1, 6),
    ("stats count(*) by bin(5x)", "5x", 1, 22),
    ("fields n | dedup n | sort n", "sort", 1, 21),
    ("stats count(*) | stats count(*) | stats count(*)", "stats", 1, 34),
    ("filter n in 5", "5", 1, 12),
    ("filter and", "and", 1, 7),
    ("", "<EOF>", 1, 0),
]


@pytest.mark.parametrize(("query", "symbol", "line", "position"), SYMBOLS)
def test_a_symbol_that_does_not_fit_is_named_with_its_place(query, symbol, line, position):
    error = refusal(query)
    assert error.message == f"unexpected symbol found {symbol} at line {line} and position {position}"
    assert query[error.start : error.end] == symbol.replace("<EOF>", "")


@pytest.mark.parametrize("command", REFUSED)
def test_a_command_that_is_not_served_is_named(command):
    assert refusal(f"fields n | {command} n").message == f"The command '{command}' is not served by Eventyard."


def test_a_name_that_stats_left_behind_is_unknown():
    words = "Unknown symbols found in or after stats: n"
    assert refusal("stats count(*) as c by level | filter n > 2").message == words
    assert refusal("stats n by level").message == words


def test_an_alias_cannot_be_given_twice():
    words = "Ephemeral field is already defined: x"
    assert refusal("fields n as x | fields m as x").message == words
    assert refusal('parse @message "a*" as x | fields n as x').message == words


@pytest.mark.parametrize("pattern", ["(?=a)", "(?<!a)b", r"(a)\1", "a*+", "(?>a)"])
def test_patterns_that_could_take_forever_are_refused(pattern):
    assert refusal(f"filter a like /{pattern}/").message.startswith("Look-around, possessive quantifiers")


@pytest.mark.parametrize("pattern", ["(a", "a)", "*a", "[b"])
def test_patterns_that_are_none_are_refused(pattern):
    assert refusal(f"filter a like /{pattern}/").message.startswith("Invalid regular expression")


def test_the_places_of_a_pattern_have_as_many_names():
    assert refusal('parse @message "a=* b=*" as a').message == "The pattern has 2 places and 1 names."
    assert refusal(r"parse @message /(\d)(\w)/ as a").message == "The pattern has 2 places and 1 names."


def test_the_limit_has_its_bounds():
    for count in ("0", "100001", "1.5", "99999999999"):
        assert refusal(f"fields n | limit {count}").message == "The limit has to be a whole number from 1 to 100000."


def test_what_nests_too_deep_is_refused():
    assert refusal(f"fields {'(' * 3000}1{')' * 3000}").message == "The query nests too deep."
    assert refusal(f"filter {'not ' * 2000} n").message == "The query nests too deep."
    assert refusal(f"fields {'-' * 3000}1").message == "The query nests too deep."
    assert refusal(f"fields 1{' + 1' * 2000}").message == "The query nests too deep."


def test_many_conditions_in_a_row_are_no_nest(ask):
    assert len(ask("filter " + " or ".join(f"n = {number}" for number in range(1000)))) == 6


_WORDS = st.sampled_from(
    [
        *("fields", "filter", "stats", "sort", "limit", "parse", "dedup", "display", "by", "as", "and", "or", "not"),
        *("in", "like", "=~", "|", ",", "(", ")", "[", "]", "=", "!=", "<", ">=", "+", "-", "*", "/", "^", "%", "#"),
        *("@message", "@timestamp", "a.b", "`x y`", "n", "j.k", "5", "1.5", "5m", "'t'", '"u*"', "/r(?<g>.)/", "true"),
        *(
            "count(*)",
            "bin(5m)",
            "avg(n)",
            "jsonParse(@message)",
            "strlen(",
            "if(",
            "SOURCE",
            "logGroups(",
            "desc",
            "\n",
        ),
    ]
)


@given(st.lists(_WORDS, max_size=25).map(" ".join))
@example("SOURCE logGroups(")
def test_the_compiler_raises_its_own_error_alone_and_duckdb_takes_what_it_makes(database, query):
    with suppress(QueryError):
        compiled = compile_query(query, limit=None, now_ms=0)
        database.execute(f"explain {compiled.sql}", dict(compiled.parameters))


@given(st.text(max_size=60))
def test_any_text_at_all_is_a_query_or_refused(query):
    with suppress(QueryError):
        assert compile_query(query, limit=None, now_ms=0).columns


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@example("'; drop table events; --")
@example("$p1 \" ' \\ ` {0} %s")
def test_what_a_query_says_never_stands_in_its_sql(database, words):
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    name = words.replace("`", "") or "n"
    compiled = compile_query(f'fields "{quoted}" as `{name}` | limit 1', limit=None, now_ms=0)
    assert words in compiled.parameters.values()
    row = database.execute(compiled.sql, dict(compiled.parameters)).fetchone()
    assert row[0] == words
    assert compiled.columns[0].name == name


def refusal(query: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        compile_query(query, limit=None, now_ms=0)
    return caught.value
