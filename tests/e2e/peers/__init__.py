"""Real mail programs on loopback, in folders of their own, stopped by their own process id."""
