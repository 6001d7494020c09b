"""Sending what the ledger holds: leases, lanes, verdicts, retries, and the recovery after a crash."""
