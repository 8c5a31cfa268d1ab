"""CloudWatch Logs Insights' query language: text -> plan (`parser.py`) -> SQL of DuckDB (`compiler.py`).

Pure: it knows no store and imports no database. Whatever a query says reaches the SQL as a parameter or as a name of
our own, never as text. Begin with `plan.py`, which is what a query can say.
"""
