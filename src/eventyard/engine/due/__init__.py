"""Everything that happens later, timers and effects alike: one table, one pump, one policy. Read `row.py` first."""
