"""The stories of a person at the desk, through the command line in a terminal."""
