"""Our own REST API: all that a test in Python can ask a sink."""
