"""What is taught and shared: the catalogue of textbooks and the library of resources."""
