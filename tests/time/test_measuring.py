"""What the platform measures of itself: counts at once, depths at each minute's end, and silence when it is idle."""

from datetime import UTC, datetime, timedelta

from tests.support.platform import RunningPlatform
from tests.time.conftest import Story

START = datetime(2026, 1, 1, tzinfo=UTC)


def of_queue(story: RunningPlatform, name: str, statistic: str = "Sum", *, hours: int = 1) -> list[tuple[int, float]]:
    """(minute after the start, value) of a metric of the queue `q`."""
    answer = story.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName=name,
        Dimensions=[{"Name": "QueueName", "Value": "q"}],
        StartTime=START,
        EndTime=START + timedelta(hours=hours),
        Period=60,
        Statistics=[statistic],
    )
    return [(int((one["Timestamp"] - START).total_seconds()) // 60, one[statistic]) for one in answer["Datapoints"]]


def due_kinds(story: Story) -> set[str]:
    """What is still to come."""

    def read() -> set[str]:
        store = story.platform.engine.store
        tx = store.transaction()
        found = {kind for (kind,) in tx.all("select kind from due")}
        tx.rollback()
        store.release(tx)
        return found

    kinds: set[str] = story.call(read)
    return kinds


def test_counts_and_depths_belong_to_the_minute_in_which_they_were(story: Story):
    url = story.queue("q")
    sqs = story.client("sqs")
    for body in ("a", "bcd"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    story.after(seconds=2)
    assert of_queue(story, "NumberOfMessagesSent") == [(0, 2)]
    assert of_queue(story, "SentMessageSize") == [(0, 4)]
    assert of_queue(story, "ApproximateNumberOfMessagesVisible", "Maximum") == []

    story.after(seconds=58)
    assert of_queue(story, "ApproximateNumberOfMessagesVisible", "Maximum") == [(0, 2)]
    sqs.purge_queue(QueueUrl=url)
    story.after(minutes=1)
    assert of_queue(story, "ApproximateNumberOfMessagesVisible", "Maximum") == [(0, 2), (1, 0)]


def test_six_hours_after_the_last_use_nothing_is_measured_any_more(story: Story):
    story.client("sqs").send_message(QueueUrl=story.queue("q"), MessageBody="a")
    story.after(hours=7)
    depths = of_queue(story, "ApproximateNumberOfMessagesVisible", "Maximum", hours=7)
    assert depths[-1][0] == 6 * 60 - 1
    assert "cloudwatch.minute" not in due_kinds(story)
    story.client("sqs").receive_message(QueueUrl=story.client("sqs").get_queue_url(QueueName="q")["QueueUrl"])
    story.after(minutes=2)
    assert "cloudwatch.minute" in due_kinds(story)


def test_the_queue_s_metrics_are_listed(story: Story):
    story.client("sqs").receive_message(QueueUrl=story.queue("q"))
    story.after(minutes=1)
    listed = story.client("cloudwatch").list_metrics(Namespace="AWS/SQS")["Metrics"]
    assert {one["MetricName"] for one in listed} == {
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesVisible",
        "NumberOfEmptyReceives",
    }
    assert {one["Dimensions"][0]["Value"] for one in listed} == {"q"}
