"""Template tags of previews."""
