"""How the commands speak: Rich for people, JSON for scripts, one place for errors and exit codes."""

from __future__ import annotations

import json
import re
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text

from ..accounts import AccountPaused, TokenError
from ..campaigns import CampaignReport
from ..campaigns.run.run_state import STOPPED_BY_ACCOUNTS
from ..errors import ConnectError, GatepostError, InputError, SendError
from ..language import gettext as _
from ..shown import escaped
from ..terminal import Terminal
from .commands import campaign_name, command, parted

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
    errors.print(Text.assemble((_("warning") + ": ", "bold yellow"), message))


def note(message: str, campaign: str | None = None) -> None:
    """Says on standard error what people may not expect."""
    errors.print(Text.assemble((_("note") + ": ", "bold"), in_options(message, campaign)))


def fail(message: str, code: int) -> NoReturn:
    """Says what went wrong on standard error and ends the command."""
    errors.print(Text.assemble((_("error") + ": ", "bold red"), message))
    raise typer.Exit(code)


_OPTIONS = {
    "resume() ends": "`gatepost account resume NAME` ends",
    "resume() снимает": "`gatepost account resume ИМЯ` снимает",
    "pass it as ca_pem": "pass its file by --ca",
    "tls.ca_pem holds": "the file of --ca holds",
    "account: without": "--without",
    "access.allow": "--allow",
    "protocol.lenient": "--lenient",
    "sink: port": "--port",
    "tls.mode": "--tls",
    "tls.certificate[0]": "the file of --cert",
    "tls.certificate[1]": "the file of --key",
    "accounts=[...]": "--account",
    "to several with send()": "to several with gatepost send --cc",
    "write one as text=": "write one as --text",
    "give them names: Account(url, name=...)": "keep them under names in the accounts file (gatepost account add)",
    " to Campaign.open": "",
}
_COMMANDS = {
    r"Campaign\.open\((?:'([^']*)'|\"[^\"]*\")?[^)]*\)": r"the command without these options",
    r"campaign\.unknown\(\)\.resend\(\)|unknown\(\)\.resend\(\)": "gatepost campaign resend NAME --unknown",
    r"campaign\.failed\(\)\.resend\(\)|failed\(\)\.resend\(\)": "gatepost campaign resend NAME --failed",
    r"resume_domain\('([^']*)'\)": r"gatepost campaign resume NAME --domain '\1'",
    r"\brun\(\) or resume\(\)|(?<![.\w])run\(\)": "gatepost campaign run NAME",
    r"(?<![.\w])resume\(\)(?= takes)": "gatepost campaign resume NAME",
    r"gatepost campaign resend \S.*? --failed --since [\dT:-]+(?![\dT:-]| --)": "",
    r"gatepost store adopt(?= makes)": "",
    r"asked to by pause\(\) or cancel\(\)": "asked to by gatepost campaign pause or cancel",
    r"asked to by (pause|cancel)\(\)": r"asked to by gatepost campaign \1",
    r"по команде (pause|cancel)\(\)": r"по команде gatepost campaign \1",
    r"Suppressions\.remove\(\)": "gatepost suppress remove ADDRESS",
}
# An argument of a Python call where it is spoken of: `new_texts=True`, `from_ 'nobody'`, `not_again takes ...`.
# Some are words of English as well, and are arguments only before a sign.
_NAMES = (
    "address_column|expires_at|from_|list_unsubscribe|new_texts|not_again|reply_to|row_key|start_at|to_name"
    "|max_seconds|limits\\.(?:per_\\w+|warm_up)"
)
_WORDS = "attachments|begun|domain|encoding|headers|priority|progress|recipients|seeds|spread|window"
_ARGUMENT = re.compile(
    rf"(?<![\w.'\"?&/-])(?:({_NAMES})(=True\b|=(?=['\"\w\[])|=|(?= takes|: | ['\"]))"
    rf"|({_WORDS})(=True\b|=(?=['\"\w\[])|=|(?= takes))|^({_WORDS})(?=: ))"
)
_OF_LISTS = re.compile(
    r"(?<![\w.'\"?&/-])(address_column|encoding|delimiter|quote|escape|header_row|sheet|query|attachments_from)="
)
_SPELLED = {
    "from_": "--from",
    "headers": "--header",
    "attachments": "--attach",
    "seeds": "--seed",
    "limits.per_minute": "--max-per-minute",
    "limits.per_hour": "--max-per-hour",
    "limits.per_day": "--max-per-day",
    "limits.warm_up": "--warm-up",
}


def in_options(text: str, campaign: str | None = None) -> str:
    """The same in the words of the command line: options for arguments, commands for calls."""
    for argument, option in _OPTIONS.items():
        text = text.replace(argument, option)
    for call, words in _COMMANDS.items():
        text = re.sub(call, partial(_as_command, words, campaign or campaign_name()), text)
    text = _OF_LISTS.sub(lambda found: f"{_spelled(found[1])} ", text.replace("row_options=False", "--no-row-options"))
    return _ARGUMENT.sub(lambda found: _option(found, text), text)


def _as_command(words: str, campaign: str, found: re.Match[str]) -> str:
    """What stands in the place of a call: a whole command, or other words; without `words` it is a command already."""
    said = shlex.split(words or found[0])
    if said[0] != "gatepost":
        return found.expand(words)
    arguments = map(found.expand, said[1:]) if words else said[1:]
    return command(*(campaign if word == "NAME" else word for word in arguments))


def tell(text: str) -> None:
    """Prints lines for people; a command that does not fit into its line has one of its own, to be copied whole."""
    for line in text.split("\n"):
        before, pasted, behind = parted(line)
        if not pasted or len(line) <= console.width or not console.is_terminal:
            console.print(line)
            continue
        for part in filter(str.strip, (before, f"    {pasted}", behind.strip())):
            console.print(part.rstrip(), soft_wrap=part.strip() == pasted)


def _option(found: re.Match[str], text: str) -> str:
    option = _spelled(found[1] or found[3] or found[5])
    has_value = (found[2] or found[4]) == "=" and re.match(r"['\"\w\[]", text[found.end() :])
    return f"{option} " if has_value else option


def _spelled(argument: str) -> str:
    return _SPELLED.get(argument, "--" + argument.replace("_", "-"))


def exit_code(report: CampaignReport) -> int:
    """What a command that sent a campaign says with its exit code."""
    if report.stopped_by == STOPPED_BY_ACCOUNTS:
        return ACCOUNT
    code = signal_code(report.stopped_by)
    return code if code is not None else OK if report.ok else REFUSED


def signal_code(name: str) -> int | None:
    """The exit code of a command that a signal ended; None where none did."""
    return 128 + signal.Signals[name] if name in signal.Signals.__members__ else None


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
    except (AccountPaused, TokenError) as error:
        fail(in_options(str(error)), ACCOUNT)
    except TimeoutError as error:
        fail(str(error), REFUSED)
    except GatepostError as error:
        fail(in_options(str(error)), BAD_INPUT)
    except OSError as error:
        fail(str(error), BAD_INPUT)
    except (KeyboardInterrupt, typer.Abort):
        fail(_("interrupted"), INTERRUPTED)
