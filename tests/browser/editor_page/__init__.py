"""A page with the editor and a small server behind it, to test the client alone."""
