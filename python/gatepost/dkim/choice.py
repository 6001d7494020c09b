"""Which of an account's keys sign a letter; the engine chooses among them and signs."""

from __future__ import annotations

from collections.abc import Sequence

from .. import _core
from ..arguments import instance, one_or_several
from .signer import DkimSigner
from .unseen import unseen


class SignerChoice:
    """Signers by domain. `default` sign where no domain fits; all of one domain sign together (RSA and Ed25519)."""

    @unseen
    def __init__(
        self, signers: DkimSigner | Sequence[DkimSigner] = (), default: DkimSigner | Sequence[DkimSigner] | None = None
    ) -> None:
        self._by_domain: dict[str, tuple[DkimSigner, ...]] = {}
        for signer in _all("signers", signers):
            domain = signer.domain.lower()
            self._by_domain[domain] = (*self._by_domain.get(domain, ()), signer)
        self._default = [] if default is None else _all("default", default)

    def __repr__(self) -> str:
        signers = [signer for found in self._by_domain.values() for signer in found]
        return f"<SignerChoice {signers}, default {self._default}>"

    def __bool__(self) -> bool:
        return bool(self._by_domain or self._default)

    def _core_choice(self) -> _core.SignerChoice:
        """The same for the engine, which signs what the account sends."""
        by_domain = [(domain, [one._core for one in found]) for domain, found in self._by_domain.items()]
        return _core.SignerChoice(by_domain, [signer._core for signer in self._default])


_all = one_or_several(instance(DkimSigner))
