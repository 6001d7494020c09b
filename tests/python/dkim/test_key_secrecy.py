"""No error shows a key or a part of it: not in its words, its chain, its repr, nor in the frames of its traceback."""

from __future__ import annotations

import base64
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dkim_keys import key_of

import gatepost as gp

PASSPHRASE = "correct horse battery staple"


def pem_of(kind: str, tmp_path: Path) -> str:
    path = tmp_path / "saved.pem"
    key_of(kind).save(path)
    return path.read_text()


def encrypted(pem: str) -> str:
    command = ["openssl", "pkcs8", "-topk8", "-passout", "pass:the right one"]
    return subprocess.run(command, input=pem, capture_output=True, text=True, check=True).stdout


def everything_said(error: BaseException) -> str:
    """All that a reporter of errors may show, variables of our own frames among it."""
    said = [str(error), repr(error), repr(error.args), repr(vars(error))]
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        one = chain.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        said += [str(one), repr(one), "".join(traceback.format_exception(one))]
        chain += [one.__cause__, one.__context__]
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if frame.f_code.co_filename != __file__:
                said += [f"{name}={value!r}" for name, value in frame.f_locals.items()]
    return "\n".join(said)


def parts_of(secret: str) -> list[str]:
    """Pieces of a key's text by which a part of it is known, also where line ends went or are escaped."""
    body = "".join(line for line in secret.splitlines() if "-----" not in line)
    return [body[at : at + 12] for at in range(20, len(body) - 12, 4)]


WAYS: dict[str, Callable[[str], Any]] = {
    "text as a path": gp.DkimKey.load,
    "text as a Path": lambda text: gp.DkimKey.load(Path(text)),
    "bytes as a path": lambda text: gp.DkimKey.load(text.encode()),  # type: ignore[arg-type]
    "text with a NUL as a path": lambda text: gp.DkimKey.load(text + "\0"),
    "text behind a folder": lambda text: gp.DkimKey.load(f"./{text}"),
    "text as a signer's key": lambda text: gp.DkimSigner("example.com", "s", text),
    "bytes as a signer's key": lambda text: gp.DkimSigner("example.com", "s", text.encode()),  # type: ignore[arg-type]
    "text as a domain": lambda text: gp.DkimSigner(text, "s", "key.pem"),
    "text as a selector": lambda text: gp.DkimSigner("example.com", text, key_of("ed25519")),
    "bytes as a selector": lambda text: gp.DkimSigner("example.com", text.encode(), key_of("ed25519")),  # type: ignore[arg-type]
    "text as an identity": lambda text: gp.DkimSigner("example.com", "s", key_of("ed25519"), identity=text),
    "text as a canonical form": lambda text: gp.DkimSigner("example.com", "s", key_of("ed25519"), header=text),
    "a line too few": lambda text: gp.DkimKey(text.rstrip().rpartition("\n")[0] or text[:-9]),
    "a character changed": lambda text: gp.DkimKey(text.replace("A", "!")),
    "half of it": lambda text: gp.DkimKey(text[: len(text) // 2]),
    "with a passphrase of another kind": lambda text: gp.DkimKey(text, 5),  # type: ignore[arg-type]
    "with half of a surrogate pair": lambda text: gp.DkimKey(text + "\ud800"),
    "as a signer": lambda text: gp.dkim.SignerChoice(text),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("form", ["pem", "base64", "base64 lines", "der of base64"])
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("way", WAYS)
def test_a_key_in_any_place_is_never_shown(way: str, kind: str, form: str, tmp_path: Path) -> None:
    pem = pem_of(kind, tmp_path)
    lines = "\n".join(pem.splitlines()[1:-1])
    text = {
        "pem": pem,
        "base64": lines.replace("\n", ""),
        "base64 lines": lines,
        "der of base64": base64.b64encode(pem.encode()).decode(),
    }[form]
    with pytest.raises(gp.InputError) as refused:
        WAYS[way](text)
    said = everything_said(refused.value)
    for part in parts_of(text):
        assert part not in said


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_wrong_passphrase_shows_neither_itself_nor_the_key(kind: str, tmp_path: Path) -> None:
    pem = encrypted(pem_of(kind, tmp_path))
    (tmp_path / "locked.pem").write_text(pem)
    for use in (lambda: gp.DkimKey(pem, PASSPHRASE), lambda: gp.DkimKey.load(tmp_path / "locked.pem", PASSPHRASE)):
        with pytest.raises(gp.InputError, match="passphrase does not open the key") as refused:
            use()
        said = everything_said(refused.value)
        assert not any(part in said for part in [*parts_of(pem), PASSPHRASE])


def test_a_key_file_that_holds_none_is_named_but_not_shown(tmp_path: Path) -> None:
    text = pem_of("rsa", tmp_path).replace("PRIVATE KEY", "SOMETHING ELSE")
    (tmp_path / "odd.pem").write_text(text)
    with pytest.raises(gp.InputError, match=r"odd\.pem.*no readable private key") as refused:
        gp.DkimKey.load(tmp_path / "odd.pem")
    said = everything_said(refused.value)
    assert not any(part in said for part in parts_of(text))


@pytest.mark.parametrize("name", ["nowhere.pem", "key", "a folder/nowhere", "nowhere/at all.key"])
def test_a_path_that_is_plainly_one_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a folder").mkdir()
    monkeypatch.chdir(tmp_path)
    for path in (name, Path(name), tmp_path / name):
        with pytest.raises(gp.InputError, match=name):
            gp.DkimKey.load(path)


def test_nothing_of_a_key_stays_where_an_exception_hook_could_find_it(tmp_path: Path) -> None:
    pem = pem_of("ed25519", tmp_path)
    try:
        gp.DkimKey(pem.replace("A", "!"))
    except gp.InputError:
        kind, error, trace = sys.exc_info()
        assert kind is gp.InputError and error is not None
        shown = "".join(traceback.TracebackException(kind, error, trace.tb_next, capture_locals=True).format())  # type: ignore[union-attr]
    assert not any(part.replace("A", "!") in shown for part in parts_of(pem))
