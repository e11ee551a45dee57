"""What brings a prep group together: meetings (会议), reminders (催办), the calendar feed."""
