"""What people do with lesson plans, one file a theme."""
