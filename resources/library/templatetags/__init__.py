"""Template filters of lessons and resources."""
