"""Mailpit's REST API (v1), so that its clients run unchanged."""
