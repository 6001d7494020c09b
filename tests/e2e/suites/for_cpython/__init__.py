"""CPython's test_smtplib: its tests run unchanged over gatepost.Mailer, and its simulated servers judge our client."""
