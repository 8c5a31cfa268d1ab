"""Log groups forget what is older than their retention."""


def test_lines_go_when_their_retention_is_over_and_late_ones_soon_after(story):
    logs = story.client("logs")
    logs.create_log_group(logGroupName="shop")
    logs.create_log_stream(logGroupName="shop", logStreamName="one")
    logs.put_retention_policy(logGroupName="shop", retentionInDays=7)

    def put(message, *, days_ago=0.0):
        at_ms = story.platform.engine.clock.now_ms() - round(days_ago * 86_400_000)
        logs.put_log_events(
            logGroupName="shop", logStreamName="one", logEvents=[{"timestamp": at_ms, "message": message}]
        )

    def kept():
        events = logs.get_log_events(logGroupName="shop", logStreamName="one", startFromHead=True)["events"]
        return [event["message"] for event in events]

    put("first")
    story.after(days=3)
    put("second")
    put("late", days_ago=6.5)
    assert kept() == ["late", "first", "second"]
    story.after(days=1.6)
    assert kept() == ["first", "second"]
    story.after(days=2.5)
    assert kept() == ["second"]
    assert logs.describe_log_groups()["logGroups"][0]["storedBytes"] == len("second") + 26
    story.after(days=3)
    assert kept() == []

    logs.delete_retention_policy(logGroupName="shop")
    put("for good")
    story.after(days=4_000)
    assert kept() == ["for good"]
