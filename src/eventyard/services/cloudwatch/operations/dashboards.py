"""Dashboards: put, get, list, delete. They are kept and judged; who draws them is the console."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.dashboards import (
    NAMES_MAX,
    PAGE_MAX,
    Dashboard,
    check_name,
    check_prefix,
    dashboard_arn,
    judged,
)
from eventyard.services.cloudwatch.model.tags import check_tags
from eventyard.services.cloudwatch.queries import dashboards as stored
from eventyard.services.cloudwatch.queries.tags import TAGS
from eventyard.store.tx import Tx


def put_dashboard(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Make or replace a dashboard; tags count when it is made."""
    name, body = call.params.get("DashboardName"), call.params.get("DashboardBody") or ""
    check_name(name)
    assert name
    remarks = judged(body)
    given = call.params.get("Tags") or ()
    check_tags(given)
    is_new = stored.dashboard(tx, account=call.account, name=name) is None
    dashboard = Dashboard(call.account, name, body, call.now_ms)
    stored.put_dashboard(tx, dashboard)
    if is_new:
        TAGS.put(tx, dashboard.arn, [(tag["Key"], tag["Value"]) for tag in given])
    messages = sorted((remark.path, remark.message) for remark in remarks)
    return {"DashboardValidationMessages": [{"DataPath": path, "Message": message} for path, message in messages]}


def get_dashboard(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Show a dashboard, its body as it was put."""
    name = call.params.get("DashboardName") or ""
    check_name(name)
    dashboard = stored.dashboard(tx, account=call.account, name=name)
    if dashboard is None:
        raise errors.no_such_dashboard(name)
    return {"DashboardArn": dashboard.arn, "DashboardBody": dashboard.body, "DashboardName": name}


def list_dashboards(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Dashboards by name, a thousand a page."""
    prefix = call.params.get("DashboardNamePrefix") or ""
    check_prefix(prefix)
    after = _after(call.params.get("NextToken"))
    found = stored.dashboards(tx, account=call.account, prefix=prefix, after=after, rows_max=PAGE_MAX + 1)
    page, more = found[:PAGE_MAX], {}
    if len(found) > PAGE_MAX:
        more = {"NextToken": base64.urlsafe_b64encode(page[-1].name.encode()).decode()}
    return {"DashboardEntries": [dashboard.listed() for dashboard in page], **more}


def delete_dashboards(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Delete dashboards; those that are not there do no harm."""
    names = call.params.get("DashboardNames") or ()
    if not names:
        raise errors.no_dashboard_names()
    if len(set(names)) > NAMES_MAX:
        raise errors.too_many_dashboard_names(NAMES_MAX)
    for place, name in enumerate(names):
        check_name(name, f"DashboardNames[{place}]")
    for name in names:
        stored.delete_dashboard(tx, account=call.account, name=name)
        TAGS.take_off_all(tx, dashboard_arn(call.account, name))
    return {}


def _after(token: str | None) -> str:
    try:
        return base64.urlsafe_b64decode(token or "").decode()
    except (ValueError, binascii.Error):
        raise errors.validation("Invalid NextToken") from None
