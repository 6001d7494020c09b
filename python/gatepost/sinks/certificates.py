"""The certificates that a sink shows: those it is given, and those it makes on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .. import _core
from ..errors import InputError

PemPair = tuple[str, str]
"""A certificate with its chain, and its key; PEM texts."""

_HOURS = 24 * 7


class Certificates:
    """One for everybody and those by name; what is not given is made by an authority of the sink's own."""

    def __init__(
        self,
        names: Sequence[str],
        given: PemPair | None,
        by_name: Mapping[str, PemPair | None],
        authority: _core.CertificatePair | None = None,
    ) -> None:
        self._names = list(dict.fromkeys(names))
        self._given = given
        self._given_by_name = dict(by_name)
        self._authority = authority
        self.shown = self._make(self._names) if given is None else _pair(given)
        self.shown_by_name = {name: self._make([name]) if pem is None else _pair(pem) for name, pem in by_name.items()}

    def renewed(self, given: PemPair | None, by_name: Mapping[str, PemPair | None]) -> Certificates:
        """Others, what is made by the same authority; names that are not given stay."""
        return Certificates(self._names, given, {**self._given_by_name, **by_name}, self._authority)

    def _make(self, names: Sequence[str]) -> _core.CertificatePair:
        if self._authority is None:
            self._authority = _core.make_authority("gatepost sink", _HOURS)
        return _core.make_server_certificate(self._authority, names, _HOURS)

    @property
    def ca_pem(self) -> str:
        """What a client must trust: the authority, if it was needed, and a given certificate, for itself."""
        own = self._authority["certificate_pem"] if self._authority else ""
        return own + (self._given[0] if self._given else "")


def _pair(pem: PemPair) -> _core.CertificatePair:
    if isinstance(pem, str) or len(pem) != 2 or not all(isinstance(part, str) for part in pem):
        raise InputError("certificate: must be two PEM texts, (certificate, key)")
    return {"certificate_pem": pem[0], "key_pem": pem[1]}
