"""What the operator sees and does of the search index (索引维护)."""
