"""Where the console shows a thing: from an ARN to the address of its page."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from eventyard.languages.arns import parse_arn


def _named(kind: str) -> Callable[[str], str]:
    """The page of `kind` that goes by the last part of the ARN, in its account and region."""

    def address(arn: str) -> str:
        parsed = parse_arn(arn)
        assert parsed is not None, "only ARNs have pages of their own"
        name = quote(parsed.resource.removeprefix("function:").partition(":")[0], safe="")
        return f"/_eventyard/{kind}/{name}?account={parsed.account}&region={parsed.region}"

    return address


_OWN_PAGES: Mapping[str, Callable[[str], str]] = {
    "queue": _named("queues"),
    "dead letters": _named("queues"),
    "function": _named("functions"),
    "machine": lambda arn: "/_eventyard/executions?machine=" + quote(arn.split(":")[6], safe=""),
    "schedule": lambda arn: "/_eventyard/schedules/" + quote(arn.partition(":schedule/")[2], safe="/"),
    "execution": lambda arn: f"/_eventyard/executions/{quote(arn, safe=':')}",
}
"""By the kind of node: the page of the thing that has this ARN. Whatever is not here has the page of things."""


def address_of(arn: str, kind: str = "") -> str:
    """The page of the thing; of an endpoint outside, the page of things too."""
    own = _OWN_PAGES.get(kind)
    return own(arn) if own and parse_arn(arn) is not None else f"/_eventyard/things/{quote(arn, safe=':')}"
