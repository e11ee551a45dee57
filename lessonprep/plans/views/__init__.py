"""The pages of lesson plans, one file a theme; errors of the domain are caught in `edge`."""
