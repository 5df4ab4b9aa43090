"""Shared by all tests."""

import signal
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # for the twins in reference/

# A shell that runs the tests in the background has them ignore Ctrl-C, and programs that they start
# inherit that; the tests of Ctrl-C need it as it is in a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test depends on time: machines are slow, or busy with something else.
settings.register_profile("huffvec", deadline=None)
settings.load_profile("huffvec")
