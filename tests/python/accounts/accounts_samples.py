"""Names that the tests of the accounts file share."""

from __future__ import annotations

from collections.abc import Callable

import gatepost as gp

SECRET = "s3cr3t-Пароль"
Written = Callable[[str], gp.AccountsFile]
