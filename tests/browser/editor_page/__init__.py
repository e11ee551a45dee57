"""A page with the editor and a small server behind it, for the browser tests of the client alone."""
