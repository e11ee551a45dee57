"""Co-preparation: prep groups, lesson plans, their live editing and their versions."""
