"""Pages of meetings, of reminders, and the calendar feed."""
