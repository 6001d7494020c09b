"""Where root certificates come from on a machine that has none of its own."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1)
def fallback_roots() -> str:
    """The path of certifi's file, or "" where certifi is not installed. OpenSSL's own roots win where there are any."""
    try:
        import certifi
    except ImportError:
        return ""
    return certifi.where()
