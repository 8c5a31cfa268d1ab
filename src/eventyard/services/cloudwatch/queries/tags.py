"""Tags of everything that has an ARN here: alarms and dashboards."""

from typing import Final

from eventyard.store.tags import TagTable

TAGS: Final = TagTable("cloudwatch_tags")
