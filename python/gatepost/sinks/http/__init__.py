"""The HTTP door of a sink: Mailpit's REST API, and one of our own."""
