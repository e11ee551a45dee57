"""Rows as a site would give them to Wagtail's search with facets: the peer of `speed`."""
