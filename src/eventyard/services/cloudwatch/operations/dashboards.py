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
    kept_body,
)
from eventyard.services.cloudwatch.model.dashboards_bodies import judged
from eventyard.services.cloudwatch.model.tags import TAGS_MAX, check_keys
from eventyard.services.cloudwatch.queries import dashboards as stored
from eventyard.services.cloudwatch.queries.tags import TAGS
from eventyard.store.tx import Tx


def put_dashboard(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Make or replace a dashboard; tags count, and are looked at, when it is made."""
    name, body = call.params.get("DashboardName"), call.params.get("DashboardBody") or ""
    check_name(name)
    assert name
    remarks = judged(body)
    before = stored.dashboard(tx, account=call.account, name=name)
    given = () if before else call.params.get("Tags") or ()
    if len(given) > TAGS_MAX:
        raise errors.too_many_dashboard_tags(TAGS_MAX)
    check_keys(tag["Key"] for tag in given)
    is_tagged = before.is_tagged if before else bool(given)
    dashboard = Dashboard(call.account, name, kept_body(body), call.now_ms, is_tagged)
    stored.put_dashboard(tx, dashboard)
    TAGS.put(tx, dashboard.arn, [(tag["Key"], tag["Value"]) for tag in given])
    return {"DashboardValidationMessages": [{"DataPath": one.path, "Message": one.message} for one in remarks]}


def get_dashboard(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Show a dashboard."""
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
    listed = [one.listed(TAGS.of(tx, one.arn) if one.is_tagged else {}) for one in page]
    return {"DashboardEntries": listed, **more}


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
    """The name that a page begins behind; an empty token is none of ours."""
    if token is None:
        return ""
    try:
        name = base64.urlsafe_b64decode(token).decode()
    except (ValueError, binascii.Error):
        name = ""
    if not name:
        raise errors.validation("Invalid NextToken")
    return name
