"""Suites of others, run unchanged against gatepost through adapters; what does not pass is listed with its reason."""
