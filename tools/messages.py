"""The words that people read, in other languages: `locale/LANGUAGE/LC_MESSAGES/gatepost.po` and the `.mo` made of it.

`tools/messages.py` puts new texts of the code into each .po, takes those away that are no more, and makes the .mo; it
names what nobody has translated. `--check` changes nothing and fails where there is anything to do.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

_HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural}\\n"

"""
PACKAGE = Path(__file__).resolve().parent.parent / "python" / "gatepost"


def texts() -> Catalog:
    """Every text of the package: what stands in gettext and ngettext, and the help of the commands."""
    catalog = Catalog()
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=DEFAULT_KEYWORDS)
    for file, _line, message, _comments, _context in sorted(found, key=lambda one: one[:2]):
        catalog.add(message, locations=[(file, 1)])
    for text in commands_help():
        catalog.add(text, locations=[("help of the commands", 1)])
    return catalog


def commands_help() -> Iterator[str]:
    """What the commands that speak other languages say of themselves."""
    from gatepost.cli.app import app
    from gatepost.cli.help import texts_of

    yield from texts_of(typer.main.get_command(app))


def updated(po: Path) -> Catalog:
    """The catalogue of a language, with the texts of the code."""
    with po.open("rb") as file:
        catalog = read_po(file, locale=po.parent.parent.name)
    catalog.update(texts(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation, or not all of its forms."""
    forms = [
        (one.id, one.string if isinstance(one.string, tuple | list) else (one.string,)) for one in catalog if one.id
    ]
    return [str(text) for text, strings in forms if not all(strings)]


def written(catalog: Catalog) -> tuple[bytes, bytes]:
    """The catalogue as .po, without dates and versions in its head, and as .mo."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=120, no_location=True, omit_header=True)
    write_mo(mo, catalog)
    head = _HEAD.format(language=catalog.locale, plural=catalog.plural_forms)
    return head.encode() + po.getvalue(), mo.getvalue()


def texts_of(mo: bytes) -> dict[object, object]:
    """What a .mo holds, its head left out."""
    return {str(one.id): one.string for one in read_mo(io.BytesIO(mo)) if one.id}


def main(check: bool) -> int:
    """See the head of the file."""
    status = 0
    for po in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/gatepost.po")):
        catalog = updated(po)
        for text in untranslated(catalog):
            print(f"{po.name} ({catalog.locale}): not translated: {text}")
            status = 1
        for path, data in zip((po, po.with_suffix(".mo")), written(catalog), strict=True):
            old = path.read_bytes() if path.exists() else b""
            if old == data or (old and path.suffix == ".mo" and texts_of(old) == texts_of(data)):
                continue
            if check:
                print(f"{path.relative_to(PACKAGE)}: not up to date; run tools/messages.py")
                status = 1
            else:
                path.write_bytes(data)
    return status


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
