"""Packages to take along (打包带走): one HTML file with light media, a ZIP with everything."""
