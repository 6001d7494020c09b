"""What a terminal shows after all that was written to it."""

from __future__ import annotations

import re

_PIECE = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b[()][A-Z0-9]|\r|\n|[^\x1b\r\n]+")


def screen(written: str, columns: int) -> list[str]:
    """The lines as they stand in the end: carriage returns, erased lines and moves upwards obeyed, colours left out."""
    lines: list[str] = [""]
    row = column = 0
    for piece in _PIECE.finditer(written):
        text = piece[0]
        if text == "\r":
            column = 0
        elif text == "\n":
            row += 1
            if row == len(lines):
                lines.append("")
        elif text.startswith("\x1b"):
            if piece[2] == "K":
                lines[row] = "" if piece[1] == "2" else lines[row][:column]
            elif piece[2] == "A":
                row = max(0, row - int(piece[1] or 1))
        else:
            for character in text:
                if column == columns:  # a terminal goes on in the next line
                    row, column = row + 1, 0
                    if row == len(lines):
                        lines.append("")
                lines[row] = lines[row][:column].ljust(column) + character + lines[row][column + 1 :]
                column += 1
    return [line.rstrip() for line in lines]
