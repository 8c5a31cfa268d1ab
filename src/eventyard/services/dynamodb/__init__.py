"""DynamoDB: tables, items and their secondary indexes, reads in pages, transactions, and items that expire.

Read `model/tables.py` (what a table is), then `queries/items.py` (how an item and its index entries are kept), then
`operations/items.py`. The expressions are a language of their own in `languages/dynamodb/`.
"""
