"""DynamoDB's SQL. `items.py` keeps items and index entries, `tables.py` everything about tables, tokens and tags."""
