"""Secrets of accounts: from the environment, a command, the system's keyring, or a file that its owner alone reads."""

from .secrets import Secrets

__all__ = ["Secrets"]
