"""Lesson plans on their way."""
