"""What commands say of themselves, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..language import gettext as _
from ..language import language

_SPEAKING = ("account", "send", "explain", "suppress", "store", "worker", "campaign")
"""The commands whose help is translated."""


def texts_of(command: Any) -> Iterator[str]:
    """The texts of a command of Typer and of those below it, in English."""
    yield from (holder.help for holder in _holders(command) if holder.help)


def translate(command: Any) -> None:
    """Has the commands speak the language of the moment."""
    if language() == "en":
        return
    for holder in _holders(command):
        if holder.help:
            holder.help = _(holder.help)
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.ERRORS_PANEL_TITLE = _("Error")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    rich_utils.DEFAULT_STRING = _("[default: {}]")


def _holders(command: Any, top: bool = True) -> Iterator[Any]:
    """The command, its options and its subcommands: whatever has a help text."""
    yield command
    yield from (parameter for parameter in command.params if hasattr(parameter, "help"))
    for name, one in getattr(command, "commands", {}).items():
        if not top or name in _SPEAKING:
            yield from _holders(one, top=False)
