"""Who: users, regions, schools, education groups, terms, roles, audiences, notices, audit."""
