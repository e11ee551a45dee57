"""Work on files of strangers, done in processes of their own with limits and without secrets."""
