"""Time to live: items are readable until they are deleted, and deleted soon after they expire."""

import pytest

from eventyard.base.errors import AwsError

KEY = {"pk": {"S": "a"}}
HOUR_MS = 3_600_000


def _enable(db, attribute: str = "ttl", *, is_enabled: bool = True):
    specification = {"Enabled": is_enabled, "AttributeName": attribute}
    return db.call("UpdateTimeToLive", TableName="table", TimeToLiveSpecification=specification)


@pytest.fixture
def table(db):
    db.create_table()
    return db


def _item(db, seconds: int):
    return {**KEY, "ttl": {"N": str(db.now_s() + seconds)}}


def test_an_item_is_there_until_its_expiry_and_gone_soon_after(table):
    _enable(table)
    table.put(_item(table, 3600))
    table.advance(HOUR_MS - 1)
    assert table.get(KEY) is not None
    table.advance(20_000)
    assert table.get(KEY) is None
    assert table.call("DescribeTable", TableName="table")["Table"]["ItemCount"] == 0


def test_an_item_whose_expiry_was_moved_stays(table):
    _enable(table)
    table.put(_item(table, 3600))
    table.put(_item(table, 7200))
    table.advance(HOUR_MS + 60_000)
    assert table.get(KEY) is not None
    table.advance(HOUR_MS)
    assert table.get(KEY) is None


def test_items_from_before_it_was_enabled_expire_too(table):
    table.put(_item(table, 60))
    _enable(table)
    table.advance(120_000)
    assert table.get(KEY) is None


def test_text_or_an_expiry_over_five_years_ago_never_expires(table):
    _enable(table)
    table.put({**KEY, "ttl": {"S": "1"}})
    table.put({"pk": {"S": "b"}, "ttl": {"N": "1"}})
    table.advance(60_000)
    assert table.call("Scan", TableName="table", Select="COUNT")["Count"] == 2


def test_nothing_expires_once_it_is_disabled(table):
    _enable(table)
    table.put(_item(table, 60))
    _enable(table, is_enabled=False)
    table.advance(HOUR_MS)
    assert table.get(KEY) is not None


def test_it_is_described_and_set_only_once(table):
    assert table.call("DescribeTimeToLive", TableName="table") == {
        "TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}
    }
    assert _enable(table) == {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}
    assert table.call("DescribeTimeToLive", TableName="table") == {
        "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    }
    with pytest.raises(AwsError, match="TimeToLive is already enabled"):
        _enable(table)


def test_another_attribute_takes_over_and_the_old_one_counts_no_more(table):
    _enable(table)
    table.put({**_item(table, 60), "other": {"N": str(table.now_s() + 7200)}})
    _enable(table, is_enabled=False)
    _enable(table, "other")
    table.advance(HOUR_MS)
    assert table.get(KEY) is not None
    table.advance(HOUR_MS + 60_000)
    assert table.get(KEY) is None
