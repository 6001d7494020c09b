"""Where the OAuth secrets of an account are kept."""

from __future__ import annotations

from ..secret_store import Secrets


class SecretsOf:
    """Those that the secret store keeps for one account."""

    def __init__(self, account: str, secrets: Secrets) -> None:
        self._account, self._secrets = account, secrets

    @property
    def trouble(self) -> str:
        """See `SecretPlace`."""
        return self._secrets.trouble

    def kept(self, kind: str) -> str | None:
        """See `SecretPlace`."""
        found = self._secrets.find(self._account, kind)
        return None if found is None else found.value

    def keep(self, kind: str, value: str) -> str:
        """See `SecretPlace`."""
        return self._secrets.keep(self._account, value, kind)


class GivenSecrets:
    """Those of an account that is not saved yet: `given` by kind, and changed in place."""

    def __init__(self, given: dict[str, str]) -> None:
        self._given = given

    @property
    def trouble(self) -> str:
        """See `SecretPlace`."""
        return ""

    def kept(self, kind: str) -> str | None:
        """See `SecretPlace`."""
        return self._given.get(kind)

    def keep(self, kind: str, value: str) -> str:
        """See `SecretPlace`."""
        self._given[kind] = value
        return "memory"
