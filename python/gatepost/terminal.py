"""The one console of the commands: plain text through the gate, styles by Rich."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from .shown import shown


class Terminal(Console):
    """A Rich console that takes no text for markup and lets no control character through, wherever it stands.

    Words of ours are styled by `Text` and `Text.assemble`. Lines are not broken where they go into a pipe or a file.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        """Plain text, whatever looks like markup in it."""
        return super().render_str(shown(text), **{**options, "markup": False, "emoji": False, "highlight": False})

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of `renderable`, each through the gate; Rich's own control segments pass."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(shown(segment.text), segment.style)

    def print(self, *objects: Any, **options: Any) -> None:
        """As Rich prints, long lines of text left whole where nobody sees them wrap."""
        if not self.is_terminal:
            options.setdefault("soft_wrap", all(isinstance(one, str | Text) for one in objects))
        super().print(*objects, **options)
