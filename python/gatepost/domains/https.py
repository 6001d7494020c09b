"""A file over HTTPS from a server that nobody vouches for: certificate verified, bytes and seconds bounded."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from typing import Any

_SECONDS = 10.0
_MOST_BYTES = 64 * 1024
_MOST_ADDRESSES = 4  # of the host's, tried one after the other


def fetch_over_https(url: str) -> bytes:
    """The body at a URL; redirects are not followed. At most 64 KiB within 10 s from the first packet to the last byte.

    OSError or ValueError in words.
    """
    if not url.startswith("https://"):
        raise ValueError(f"{url!r} is not an https URL")
    opener = urllib.request.build_opener(_NoRedirect, _Handler(time.monotonic() + _SECONDS))
    try:
        with opener.open(url, timeout=_SECONDS) as answer:
            body: bytes = answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        raise OSError(f"the server answers {error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        raise OSError(str(error.reason)) from None
    except http.client.HTTPException as error:
        raise OSError(f"the server does not speak HTTP: {error!r}") from None
    if len(body) > _MOST_BYTES:
        raise ValueError(f"it has more than {_MOST_BYTES} bytes")
    return body


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:  # RFC 8461 §3.3: a redirect must not be followed
        return None


class _Handler(urllib.request.HTTPSHandler):
    """Opens connections on which one deadline holds for everything."""

    def __init__(self, deadline: float) -> None:
        context = ssl.create_default_context()
        context.sslsocket_class = type("_Socket", (_DeadlineSocket,), {"deadline": deadline})
        super().__init__(context=context)
        self._own_context = context
        self._deadline = deadline

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, request)

    def _connection(self, host: str, **options: Any) -> http.client.HTTPSConnection:
        connection = http.client.HTTPSConnection(host, context=self._own_context, **options)
        connection._create_connection = self._connect  # type: ignore[attr-defined]  # http.client's own seam
        return connection

    def _connect(self, address: tuple[str, int], *_: Any) -> socket.socket:
        failure: OSError = OSError("the host has no address")
        for found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[:_MOST_ADDRESSES]:
            sock = socket.socket(*found[:3])
            try:
                sock.settimeout(_left(self._deadline))
                sock.connect(found[4])
                return sock
            except OSError as error:
                sock.close()
                failure = error
        raise failure


class _DeadlineSocket(ssl.SSLSocket):
    """Each read waits until the deadline at most, so that a byte now and then does not keep it open."""

    deadline: float

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(_left(self.deadline))
        return super().recv_into(*arguments, **options)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"the server took over {_SECONDS:g} s")
    return left
