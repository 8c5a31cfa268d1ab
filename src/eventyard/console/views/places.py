"""Where the console shows a thing: from an ARN to the address of its page."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from eventyard.languages.arns import parse_arn

_OWN_PAGES: Mapping[str, Callable[[str], str]] = {}
"""By the kind of node: the page of the thing that has this ARN. Whatever is not here has the page of things."""


def address_of(arn: str, kind: str = "") -> str:
    """The page of the thing; of an endpoint outside, the page of things too."""
    own = _OWN_PAGES.get(kind)
    return own(arn) if own and parse_arn(arn) is not None else f"/_eventyard/things/{quote(arn, safe=':')}"
