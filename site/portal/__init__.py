"""The site itself: settings, addresses, shell and the public portal. Nothing imports it."""
