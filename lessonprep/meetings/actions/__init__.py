"""Writes of meetings, of reminders, of calendar feeds."""
