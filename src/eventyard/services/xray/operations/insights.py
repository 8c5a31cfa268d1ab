"""Insights: there are none, and the operations say so rather than show an empty list that looks like good news."""

from collections.abc import Mapping
from typing import Any, NoReturn

from eventyard.engine.call import Call
from eventyard.services.xray import errors
from eventyard.store.tx import Tx


def refuse(tx: Tx, call: Call[Mapping[str, Any]]) -> NoReturn:
    """Raises InvalidRequestException."""
    raise errors.insights_refused()
