"""What each command makes of the events."""

from tests.unit.languages.insights.conftest import MESSAGES


def column(rows, name):
    return [row.get(name) for row in rows]


def test_events_without_fields_show_when_they_were_and_what_they_say(ask):
    assert ask('filter @message like "user"') == [
        {"@timestamp": "2024-05-19 12:06:00.000", "@message": "user=jo, method:GET took 12"}
    ]


def test_the_newest_event_comes_first(ask):
    assert column(ask("fields n | filter ispresent(n)"), "n") == ["5", "4", "3", "2", "1", "0"]


def test_fields_are_found_in_json_by_their_paths(ask):
    (row,) = ask("fields order.id, order.items[0].price, a.b, @@own, nothing | filter n = 4")
    assert row == {
        "order.id": "o1",
        "order.items.0.price": "1.5",
        "a.b": "dotted",
        "@@own": "at",
    }


def test_true_and_false_are_1_and_0(ask):
    assert column(ask("fields is_paid | filter n < 2"), "is_paid") == ["0", "1"]
    assert len(ask("filter is_paid = 1")) == len(ask("filter is_paid = true")) == 3
    assert len(ask("filter is_paid = false")) == 3


def test_a_functions_report_line_has_fields(ask):
    (row,) = ask(
        'filter @type = "REPORT" '
        "| fields @requestId, @duration, @billedDuration, @memorySize, @maxMemoryUsed, @initDuration"
    )
    assert row == {
        "@requestId": "3f7b1c6e-0000-4000-8000-000000000000",
        "@duration": "3.21",
        "@billedDuration": "4.0",
        "@memorySize": "1.28E8",
        "@maxMemoryUsed": "7.2E7",
        "@initDuration": "120.5",
    }


def test_a_functions_line_has_the_fields_of_the_json_within_it(ask):
    assert ask('filter level = "WARN" | fields level, @requestId') == [
        {"level": "WARN", "@requestId": "3f7b1c6e-0000-4000-8000-000000000000"}
    ]


def test_fields_of_logs_itself(ask):
    (row,) = ask("fields @log, @logStream, @ingestionTime, @ptr | limit 1")
    assert row == {"@log": "1:/aws/lambda/f", "@logStream": "s0", "@ingestionTime": "2024-05-19 12:08:00.005"}


def test_display_shows_its_fields_alone_and_the_last_one_counts(ask):
    assert ask("fields n, level | display level | display n | filter n = 1") == [{"n": "1"}]


def test_an_alias_can_be_used_further_on(ask):
    assert ask("fields n * 2 as twice | filter twice = 8 | display twice + 1 as more") == [{"more": "9"}]


def test_parse_by_a_glob_makes_fields(ask):
    (row,) = ask('parse @message "user=*, method:* took *" as user, method, took | filter ispresent(user)')
    assert row["user"] == "jo"
    assert row["method"] == "GET"
    assert row["took"] == "12"
    assert row["@message"] == "user=jo, method:GET took 12"


def test_parse_by_a_regular_expression_makes_fields_of_its_groups(ask):
    assert ask(r'parse @message /user=(?<who>\w+)/ | filter who = "jo" | display who') == [{"who": "jo"}]
    assert ask(r"parse /took (\d+)/ as took | filter took > 11 | display took") == [{"took": "12"}]


def test_stats_groups_by_fields_and_periods(ask):
    assert ask("stats count(*) as events, sum(n), avg(n) by level") == [
        {"level": "ERROR", "events": "3", "sum(n)": "9", "avg(n)": "3"},
        {"level": "INFO", "events": "3", "sum(n)": "6", "avg(n)": "2"},
        {"level": "WARN", "events": "1"},
        {"events": "2"},
    ]
    assert ask("stats count(*) by bin(5m)") == [
        {"bin(5m)": "2024-05-19 12:05:00.000", "count(*)": "4"},
        {"bin(5m)": "2024-05-19 12:00:00.000", "count(*)": "5"},
    ]


def test_a_column_of_stats_can_be_made_of_those_before_it(ask):
    query = (
        'filter @type = "REPORT" | stats max(@memorySize / 1024 / 1024) as provisioned, '
        "max(@maxMemoryUsed / 1000 / 1000) as used, provisioned - used as over"
    )
    assert ask(query) == [{"provisioned": "122.0703", "used": "72", "over": "50.0703"}]


def test_stats_over_nothing_gives_nothing(ask):
    assert ask("filter n > 100 | stats count(*)") == []


def test_a_second_stats_sums_up_the_first(ask):
    query = (
        "filter ispresent(n) | stats count(*) as c by level, order.id | stats max(c) as most, sum(c) as all by level"
    )
    assert ask(f"{query} | sort level desc") == [
        {"level": "INFO", "most": "1", "all": "3"},
        {"level": "ERROR", "most": "1", "all": "3"},
    ]


def test_sort_puts_words_before_numbers_and_reads_digits_as_numbers(ask):
    query = 'fields case(n = 0, "item10", n = 1, "item9", n = 2, "7", n = 3, "-1") as word | filter n < 4 | sort word'
    assert column(ask(query), "word") == ["item9", "item10", "-1", "7"]
    assert column(ask(f"{query} desc"), "word") == ["7", "-1", "item10", "item9"]


def test_sort_goes_by_several_keys_and_puts_the_missing_last(ask):
    rows = ask("fields level, n | sort level desc, n asc")
    assert [(row.get("level"), row.get("n")) for row in rows][:4] == [
        ("WARN", None),
        ("INFO", "0"),
        ("INFO", "2"),
        ("INFO", "4"),
    ]
    assert rows[-1] == {}


def test_limits_of_the_query_and_of_the_call_both_count(ask):
    assert len(ask("fields n | limit 3")) == 3
    assert len(ask("fields n | limit 3", limit=2)) == 2
    assert len(ask("fields n", limit=2)) == 2
    assert len(ask("fields n | limit any 4")) == 4


def test_dedup_keeps_the_first_of_those_that_agree_and_all_that_miss_it(ask):
    rows = ask("fields level, n | sort n asc | dedup level")
    assert [row for row in rows if row.get("level") != "WARN"] == [
        {"level": "INFO", "n": "0"},
        {"level": "ERROR", "n": "1"},
        {},
        {},
    ]


def test_what_matched_is_counted_before_limits_and_groups(count_matched):
    assert count_matched("fields n | limit 1") == len(MESSAGES)
    assert count_matched("filter n >= 2 | stats count(*) by level | filter level = 'INFO'") == 4
    assert count_matched("filter n >= 2 | dedup level | limit 1") == 4


def test_comments_and_lines_may_stand_between_commands(ask):
    assert ask("fields n # the number\n| filter n = 3\n  # none other\n| limit 1") == [{"n": "3"}]
