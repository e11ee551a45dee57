"""A ninth kind of resource in an app of its own: what it takes to add one, and nothing else."""
