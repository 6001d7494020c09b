"""One file for each thing that a domain publishes; each gives findings."""
