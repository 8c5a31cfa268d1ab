"""SEARCH: the query in its quotes is read once (query.py) and finds metrics among those that are known (matching.py).

`tokens.py` cuts names and terms into the tokens by which they are compared.
"""
