"""The operations, by AWS's nouns; `table.py` says which are served."""
