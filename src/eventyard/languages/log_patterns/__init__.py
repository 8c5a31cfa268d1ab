"""CloudWatch Logs' filter patterns: terms, JSON selectors, space-delimited fields, and the regular expressions in them.
Begin with `pattern.py`; nothing here knows a store, a clock or the network."""
