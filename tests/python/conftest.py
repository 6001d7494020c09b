"""For all tests of the Python surface."""

import signal


def pytest_configure() -> None:
    """Ctrl-C is tested on children of this process. A shell that starts the tests in the background has them ignore it,
    and their children too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
