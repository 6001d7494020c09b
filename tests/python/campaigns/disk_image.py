"""A disk of its own, whose power can be cut: an ext4 file system in a file that is mounted through a loop device."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE = 96 << 20


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@contextmanager
def mounted(image: Path, at: Path, options: str = "loop") -> Iterator[Path]:
    """Skips the test where this place lets nobody mount."""
    at.mkdir()
    done = _run("mount", "-o", options, str(image), str(at))
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield at
    finally:
        _run("umount", "--lazy", str(at))


def new_disk(folder: Path) -> Path:
    """An image with an empty file system."""
    if os.geteuid() or not shutil.which("mkfs.ext4"):
        pytest.skip("mounting an image needs root and mkfs.ext4")
    image = folder / "disk.img"
    with image.open("wb") as file:
        file.truncate(SIZE)
    assert _run("mkfs.ext4", "-q", str(image)).returncode == 0
    return image


def without_page_cache(image: Path, copy: Path) -> Path:
    """What has reached the disk: as if the power had gone now."""
    shutil.copyfile(image, copy)
    return copy
