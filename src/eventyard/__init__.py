"""Eventyard: event-driven AWS systems on one durable engine. Read `app.py` first, then ARCHITECTURE.md."""
