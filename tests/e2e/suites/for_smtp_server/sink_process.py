"""Runs sinks for the shim in server.js: a JSON object per line on stdin and stdout.

From the shim: {"start": id, "options": {...}}, {"close": id}, {"reload": id, "certificate": [cert, key]} and
{"letter": number, "reply": text}. To it: {"started": id, "port": n}, {"failed": id, "error": text}, {"closed": id} and
{"letter": number, "sink": id, ...}, which waits for its reply.
"""

from __future__ import annotations

import base64
import itertools
import json
import queue
import sys
import threading
from typing import Any

import gatepost as gp

_KINDS = {
    "tls": gp.SinkTls,
    "access": gp.SinkAccess,
    "protocol": gp.SinkProtocol,
    "limits": gp.SinkLimits,
    "timeouts": gp.SinkTimeouts,
}
_sinks: dict[int, gp.Sink] = {}
_verdicts: dict[int, queue.Queue[str]] = {}
_numbers = itertools.count()
_writing = threading.Lock()


def _say(message: dict[str, Any]) -> None:
    with _writing:
        print(json.dumps(message), flush=True)


def _ask(sink: int, letter: gp.sinks.Letter) -> str | None:
    number = next(_numbers)
    verdict = _verdicts[number] = queue.Queue(1)
    _say(
        {
            "letter": number,
            "sink": sink,
            "from": letter.envelope.from_,
            "to": letter.envelope.to,
            "user": letter.session.user,
            "client": letter.session.client,
            "helo": letter.session.helo,
            "raw": base64.b64encode(letter.raw).decode(),
        }
    )
    reply = verdict.get()
    del _verdicts[number]
    return reply or None


def _start(sink: int, options: dict[str, Any]) -> None:
    asks = options.pop("asks", False)
    try:
        options |= {name: kind(**options[name]) for name, kind in _KINDS.items() if name in options}
        _sinks[sink] = gp.Sink(**options, on_letter=(lambda letter: _ask(sink, letter)) if asks else None)
    except (OSError, ValueError) as error:
        _say({"failed": sink, "error": str(error)})
    else:
        _say({"started": sink, "port": _sinks[sink].port})


def _close(sink: int) -> None:
    if running := _sinks.pop(sink, None):
        running.close()
    _say({"closed": sink})


def main() -> None:
    """Serves until stdin ends."""
    for line in sys.stdin:
        message = json.loads(line)
        if "start" in message:
            _start(message["start"], message["options"])
        elif "close" in message:
            threading.Thread(target=_close, args=(message["close"],)).start()
        elif "reload" in message:
            _sinks[message["reload"]].reload_certificate(tuple(message["certificate"]))
        else:
            _verdicts[message["letter"]].put(message["reply"])


if __name__ == "__main__":
    main()
