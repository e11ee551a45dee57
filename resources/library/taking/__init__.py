"""Taking resources along: as one page for the phone, as a ZIP."""
