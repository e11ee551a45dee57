"""Figures of the search: a generated corpus, judged queries, relevance."""
