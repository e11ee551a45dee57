"""Who looks after people (人员管理): for a school, a group, a region."""
