"""The database of one Insights query: what is put in comes out, and nothing beside it can be reached."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eventyard.languages.insights.compiler import Column, Compiled, compile_query
from eventyard.languages.insights.values import Kind
from eventyard.services.logs.model.insights import QueryFailed
from eventyard.services.logs.work.insights_database import InsightsDatabase

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def answered(rows, query):
    database = InsightsDatabase()
    database.open()
    database.add("1:shop", 7, rows)
    answer = database.answer(compile_query(query, limit=None, now_ms=0))
    database.close()
    return answer, [dict(row) for page in answer.pages for row in json.loads(page)]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
@example([("a\x1e0\x1db", "\x1e"), ("\x1d", "\x1e1\x1d"), ("", "")])
def test_lines_of_any_text_come_out_as_they_went_in(pairs):
    rows = [(number, number, 0, message, stream) for number, (message, stream) in enumerate(pairs)]
    answer, found = answered(rows, "fields @message, @logStream | sort @timestamp asc")
    assert [(row["@message"], row["@logStream"]) for row in found] == pairs
    assert answer.found.records_scanned == len(pairs)
    assert answer.found.bytes_scanned == sum(len(message.encode()) for message, _ in pairs)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "copy events to 'events.csv'",
        "attach 'other.db'",
        "install httpfs",
        "set enable_external_access = true",
        "set memory_limit = '8GB'",
    ],
)
def test_the_database_has_no_way_out(sql):
    database = InsightsDatabase()
    database.open()
    compiled = Compiled(None, sql, "select 1", {}, (Column("a", Kind.TEXT),), is_of_events=False)
    with pytest.raises(QueryFailed):
        database.answer(compiled)
    database.close()


def test_a_query_is_interrupted_from_elsewhere():
    database = InsightsDatabase()
    database.open()
    database.add("1:shop", 7, [(1, 1, 1, "a", "s")])
    database.interrupt()
    with pytest.raises(QueryFailed):
        database.answer(compile_query("fields @message", limit=None, now_ms=0))
    database.close()
