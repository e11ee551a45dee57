"""Pages of the library: public ones, a maker's own, reviews."""
