"""Light forms of files (预览): page images, posters, small films, text for the search."""
