"""The test suite of RFC 7208 (SPF)."""
