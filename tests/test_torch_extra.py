"""What huffvec.torch is to those who have no PyTorch."""

import subprocess
import sys

WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None  # as if it were not installed
import huffvec
from huffvec.errors import MissingExtraError
try:
    import huffvec.torch
except MissingExtraError as error:
    print(isinstance(error, ImportError), error)
"""


def run(code):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_without_pytorch_the_error_says_what_to_install():
    expected = "True huffvec.torch needs the package torch: pip install 'huffvec[torch]'."
    assert run(WITHOUT_TORCH) == expected


def test_huffvec_does_not_import_pytorch():
    code = "import sys, huffvec; huffvec.train, huffvec.load; print('torch' in sys.modules)"
    assert run(code) == "False"
