"""Writing a lesson plan together, live (实时协同编辑), without ever losing a word."""
