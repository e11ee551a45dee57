"""The demonstration: an invented city, its people, their lessons and their library."""
