"""One function for each operation; `table.py` lists them by AWS's names."""
