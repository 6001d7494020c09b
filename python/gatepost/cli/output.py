"""How the commands speak: Rich for people, JSON for scripts, one place for errors and exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text

from ..accounts import AccountPaused
from ..errors import ConnectError, GatepostError, InputError, SendError
from ..shown import escaped
from ..terminal import Terminal

OK = 0
REFUSED = 1  # something was refused, or the campaign is not finished
BAD_INPUT = 2  # also what the option parser answers
ACCOUNT = 3  # no connection, no TLS, no login; the account is paused
INTERRUPTED = 130

console = Terminal()
errors = Terminal(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON on standard output.")]


def print_json(value: Any, indent: int | None = 2) -> None:
    """One JSON document, Russian text as it is, nothing in it that a terminal would obey."""
    sys.stdout.write(escaped(json.dumps(value, ensure_ascii=False, indent=indent, default=str)) + "\n")
    sys.stdout.flush()


def warn(message: str) -> None:
    """Says on standard error what is not as it should be."""
    errors.print(Text.assemble(("warning: ", "bold yellow"), message), soft_wrap=True)


def fail(message: str, code: int) -> NoReturn:
    """Says what went wrong on standard error and ends the command."""
    errors.print(Text.assemble(("error: ", "bold red"), message), soft_wrap=True)
    raise typer.Exit(code)


_OPTIONS = {
    "pass it as ca_pem": "pass its file by --ca",
    "tls.ca_pem holds": "the file of --ca holds",
    "account: without": "--without",
    "access.allow": "--allow",
    "protocol.lenient": "--lenient",
    "sink: port": "--port",
    "tls.mode": "--tls",
    "tls.certificate[0]": "the file of --cert",
    "tls.certificate[1]": "the file of --key",
}


def in_options(text: str) -> str:
    """The same with the commands' options for the arguments that it names."""
    for argument, option in _OPTIONS.items():
        text = text.replace(argument, option)
    return text


@contextmanager
def spoken_errors() -> Iterator[None]:
    """Errors as a sentence and an exit code instead of a traceback."""
    try:
        yield
    except InputError as error:
        fail(in_options(str(error)), BAD_INPUT)
    except SendError as error:
        in_session = isinstance(error, ConnectError) or error.failure.scope == "session"
        fail(in_options(str(error)), ACCOUNT if in_session else REFUSED)
    except AccountPaused as error:
        fail(str(error), ACCOUNT)
    except TimeoutError as error:
        fail(str(error), REFUSED)
    except GatepostError as error:
        fail(str(error), BAD_INPUT)
    except OSError as error:
        fail(str(error), BAD_INPUT)
    except KeyboardInterrupt:
        fail("interrupted", INTERRUPTED)
