"""The system's keyring, where there is one that keeps its secrets safe."""

from __future__ import annotations

from typing import Any

_SAFE = 1  # the package's own mark of backends that it recommends


class SystemKeyring:
    """Secrets in the system's keyring. `trouble`: why it gave none at the last look, where that is worth saying."""

    def __init__(self, accounts: str) -> None:
        self._service = f"gatepost {accounts}"
        self.trouble = ""

    def get(self, account: str, kind: str) -> str | None:
        """The secret; None where the keyring has none, is locked, or where there is no keyring."""
        backend = self._backend()
        if backend is None:
            return None
        try:
            found = backend.get_password(self._service, f"{account} {kind}")
        except Exception as error:  # locked, no session bus, refused by a person: each backend has its own
            self.trouble = f"the system's keyring is closed: {type(error).__name__}"
            return None
        return str(found) if found else None

    def set(self, account: str, kind: str, value: str) -> bool:
        """False where it does not keep it."""
        backend = self._backend()
        if backend is None:
            return False
        try:
            backend.set_password(self._service, f"{account} {kind}", value)
            return bool(backend.get_password(self._service, f"{account} {kind}") == value)
        except Exception as error:
            self.trouble = f"the system's keyring is closed: {type(error).__name__}"
            return False

    def delete(self, account: str, kind: str) -> None:
        """No harm where it has none."""
        backend = self._backend()
        if backend is None:
            return
        try:
            if backend.get_password(self._service, f"{account} {kind}"):
                backend.delete_password(self._service, f"{account} {kind}")
        except Exception as error:
            self.trouble = f"the system's keyring is closed: {type(error).__name__}"

    def _backend(self) -> Any:
        """None for those that keep nothing, or keep it as plain text."""
        try:
            import keyring
        except ImportError:
            return None
        try:
            backend = keyring.get_keyring()
            return backend if float(backend.priority) >= _SAFE else None
        except Exception as error:
            self.trouble = f"the system's keyring does not work: {type(error).__name__}"
            return None
