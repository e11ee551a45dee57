"""Forms of prep groups: planning a term, changing tasks, arranging people."""
