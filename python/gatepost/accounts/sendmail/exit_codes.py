"""What a sendmail program's exit code says, as a reply (sysexits.h, RFC 3463)."""

from __future__ import annotations

from collections.abc import Sequence

from ...shown import shown

_MOST_CHARACTERS = 400

_MEANINGS: dict[int, tuple[str, str]] = {
    64: ("554 5.3.5", "it did not understand how it was called"),
    65: ("554 5.6.0", "the letter is wrong"),
    66: ("451 4.3.0", "it could not read the letter"),
    67: ("550 5.1.1", "user unknown"),
    68: ("554 5.4.0", "it did not find a host"),  # of the recipient, or of the server that the program hands letters to
    69: ("554 5.0.0", "service unavailable"),
    70: ("451 4.3.0", "internal software error"),
    71: ("451 4.3.0", "system error"),
    72: ("451 4.3.0", "system file missing"),
    73: ("451 4.3.0", "it could not create a file"),
    74: ("451 4.3.0", "input or output error"),
    75: ("451 4.3.0", "temporary failure, try again later"),
    76: ("554 5.5.0", "remote error in protocol"),
    77: ("550 5.7.0", "permission denied"),
    78: ("451 4.3.5", "configuration error"),
}
_NOT_FOUND, _NOT_RUN = 127, 126  # of the shell that some programs are wrapped in
_ANY = ("554 5.0.0", "it failed")
_OF_ONE = (67, 68)


def replies_of(code: int, said: str, recipients: Sequence[str]) -> list[str]:
    """The reply to each of the recipients of a letter; `said`: what the program wrote.

    Of several recipients an exit code does not say which is wrong: no address is called wrong for it, and words of a
    refusal are those about the recipients whom they name.
    """
    return [_reply(code, said if _about(one, said, recipients) else "", len(recipients)) for one in recipients]


def _about(recipient: str, said: str, recipients: Sequence[str]) -> bool:
    return len(recipients) == 1 or recipient.lower() in said.lower()


def _reply(code: int, said: str, recipients: int) -> str:
    if code == 0:
        return "250 2.0.0 handed to sendmail"
    if code in (_NOT_FOUND, _NOT_RUN):
        reply, meaning = "451 4.3.5", "the program cannot be run"
    else:
        reply, meaning = _MEANINGS.get(code, _ANY)
    if code in _OF_ONE and recipients > 1 and not said:
        reply, meaning = "554 5.0.0", f"one of the {recipients} recipients is wrong"
    words = " ".join(shown(said).split())
    if len(words) > _MOST_CHARACTERS:
        words = f"{words[:_MOST_CHARACTERS]}…"
    return f"{reply} sendmail: exit code {code}, {meaning}" + (f": {words}" if words else "")
