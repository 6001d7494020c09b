"""Letters in the mailboxes that other programs keep: mbox files and maildirs.

Both keep lines that end in LF; letters come out with CRLF, as they go on the wire, whatever the file has. A letter with
CRLF line ends, as the wire has them, comes back byte for byte; an LF alone comes back as CRLF, and an mbox ends a last
line that has no end. Neither reads more than one letter at a time.
"""

from __future__ import annotations

from .maildir import Maildir
from .mbox import Mbox

__all__ = ["Maildir", "Mbox"]
