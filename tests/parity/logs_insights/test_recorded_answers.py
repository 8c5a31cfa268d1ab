"""What Logs Insights was recorded to answer, replayed against ours: one case a file, the verdict in its name.

A case has a `source`, `lines` that the group `shop` has (a second apart, the last of them at noon), and `queries`: each
with its `text` and the `rows` that it gives (without `@ptr`), or how it is `refused` (code, message, and perhaps the
location of the compile error). `<request>` stands for any request's id.
"""

import json
import re
from pathlib import Path

import json5
import pytest
from botocore.exceptions import ClientError

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform

CASES = sorted(Path(__file__).parent.glob("*.json5"))
NOON_MS = 1_716_120_000_000
"""2024-05-19 12:00:00."""
_REQUEST = re.compile(r"(?<=Request ID: )[0-9a-f-]{36}")


@pytest.fixture
def platform(tmp_path):
    running = RunningPlatform(tmp_path, clock=VirtualClock(NOON_MS - 3_600_000))
    yield running
    running.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_query_is_answered_as_recorded(path, platform):
    case = json5.loads(path.read_text())
    assert case["source"]
    logs = platform.client("logs")
    logs.create_log_group(logGroupName="shop")
    logs.create_log_stream(logGroupName="shop", logStreamName="one")
    platform.advance(3_600_000)
    lines = [line if isinstance(line, str) else json.dumps(line) for line in case.get("lines", ())]
    if lines:
        first_ms = NOON_MS - 1_000 * (len(lines) - 1)
        events = [{"timestamp": first_ms + 1_000 * place, "message": line} for place, line in enumerate(lines)]
        logs.put_log_events(logGroupName="shop", logStreamName="one", logEvents=events)
    refusals = [ask(logs, query) for query in case["queries"]]
    assert any(refusals) is path.stem.endswith("_REFUSED")


def ask(logs, query):
    """Ask one query; answers whether it was to be refused."""
    options = {"startTime": NOON_MS // 1000 - 3_600, "endTime": NOON_MS // 1000, "logGroupName": "shop"}
    options |= query.get("with", {})
    if "refused" in query:
        with pytest.raises(ClientError) as caught:
            logs.start_query(queryString=query["text"], **options)
        answer = caught.value.response
        told = {**answer["Error"], "Message": _REQUEST.sub("<request>", answer["Error"]["Message"])}
        assert told == query["refused"]
        if "location" in query:
            assert answer["queryCompileError"]["location"] == query["location"]
        return True
    query_id = logs.start_query(queryString=query["text"], **options)["queryId"]
    while (answer := logs.get_query_results(queryId=query_id))["status"] in ("Scheduled", "Running"):
        continue
    rows = [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]]
    assert rows == query["rows"]
    return False
