"""The certificates that a sink shows: those it is given, and those it makes on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .. import _core, pem
from ..arguments import mapping, optional, refuse, wire_host

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
        self._names = [wire_host("sink: host", name) for name in dict.fromkeys(names)]
        self._given = given
        self._given_by_name = {_wire_pattern(name): pair for name, pair in by_name.items()}
        self._authority = authority
        self.shown = self._make(self._names) if given is None else _pair(given)
        self.shown_by_name = {
            name: self._make([name]) if pair is None else _pair(pair) for name, pair in self._given_by_name.items()
        }

    def renewed(self, given: PemPair | None, by_name: Mapping[str, PemPair | None]) -> Certificates:
        """Others, what is made by the same authority; names that are not given stay."""
        return Certificates(
            self._names,
            given,
            {**self._given_by_name, **{_wire_pattern(name): pair for name, pair in by_name.items()}},
            self._authority,
        )

    def _make(self, names: Sequence[str]) -> _core.CertificatePair:
        if self._authority is None:
            self._authority = _core.make_authority("gatepost sink", _HOURS)
        return _core.make_server_certificate(self._authority, names, _HOURS)

    @property
    def authority(self) -> _core.CertificatePair | None:
        """The authority of its own, where it was needed."""
        return self._authority

    @property
    def ca_pem(self) -> str:
        """What a client must trust: the authority, if it was needed, and a given certificate, for itself."""
        own = self._authority["certificate_pem"] if self._authority else ""
        return own + (self._given[0] if self._given else "")


def _wire_pattern(name: str) -> str:
    """The name of a client's SNI, which is never but ASCII; "*.почта.рф" is one, too."""
    star = "*." if name.startswith("*.") else ""
    return star + wire_host("tls.certificates_by_name", name.removeprefix("*."))


def _pair(pair: PemPair) -> _core.CertificatePair:
    return {"certificate_pem": pair[0], "key_pem": pair[1]}


def check_pair(name: str, value: object) -> None:
    """A check for a certificate with its key."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise refuse(name, "two PEM texts, (certificate with its chain, key)", value, secret=True)
    pem.certificates(f"{name}[0]", value[0])
    pem.private_key(f"{name}[1]", value[1])


check_by_name = mapping(optional(check_pair), secret=True)
"""A check for certificates by the names that clients ask for; None has one made."""
