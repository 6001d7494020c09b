"""aiosmtpd's own tests, run against gatepost.Sink in the place of aiosmtpd's server."""
