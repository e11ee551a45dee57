"""Lessons as Word documents (.docx): read in a process of its own, and written."""
