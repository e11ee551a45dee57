"""Pages of prep groups: the group and its plans, the tasks, the people."""
