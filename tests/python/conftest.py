"""For all tests of the Python surface."""

import os
import signal

from hypothesis import HealthCheck, settings

# In CI the same examples each time: a red run is the change's, and comes again on any machine.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")


def pytest_configure() -> None:
    """Ctrl-C is tested on children of this process. A shell that starts the tests in the background has them ignore it,
    and their children too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
