"""`python -m gatepost` is the command `gatepost`."""

from .cli import main

main()
