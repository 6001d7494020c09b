"""The inbox as HTTP clients see it."""
