"""Fields in the marks of another program, which would be sent as they stand: {name}, %name%, [[name]], *|NAME|*."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from .jinja import Part

_NAME = r"[^\W\d][\w.-]*(?: [^\W\d][\w.-]*){0,3}"
_FORMS = re.compile(
    rf"\*\|{_NAME}\|\*|\[\[\s?{_NAME}\s?\]\]|<<\s?{_NAME}\s?>>|&lt;&lt;\s?{_NAME}\s?&gt;&gt;|%%{_NAME}%%|"
    rf"(?<![\w%])%[^\W\d]\w*%(?!\w)|\$\{{\s?{_NAME}\s?\}}|(?<![{{$#])\{{\s?\$?{_NAME}\s?\}}(?!\}})|\{{\{{|\}}\}}|"
    rf"«{_NAME}»|(?<!\w)#[^\W\d]\w*#(?!\w)|\[{_NAME}\](?!\()|__[^\W\d_]+__"
)
_UNSURE = re.compile(r"«|\[[^\[]|__|#")  # said only where it is a column of the list
_NO_TEXT = re.compile(
    r"<(style|script)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|%[0-9A-Fa-f]{2}", re.DOTALL | re.IGNORECASE
)


def leftovers(part: Part, columns: Collection[str]) -> Iterator[str]:
    """What looks like a field of another program in the literal text of a part."""
    known = {re.sub(r"\W", "", column).casefold() for column in columns}
    for literal in dict.fromkeys(part.pieces.literals):
        for found in _FORMS.findall(_NO_TEXT.sub(" ", literal) if part.name != "subject" else literal):
            if not _UNSURE.match(found) or re.sub(r"[\W_]", "", found).casefold() in known:
                yield found
