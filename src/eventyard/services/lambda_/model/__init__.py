"""Values and decisions: functions, the ways to name one, mappings, the records and answers that travel. No SQL."""
