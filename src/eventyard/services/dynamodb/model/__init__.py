"""What tables, items, writes, reads and capacity are, as values and pure decisions. Read `tables.py` first."""
