"""For administrators: who works here, and how the program is doing."""
