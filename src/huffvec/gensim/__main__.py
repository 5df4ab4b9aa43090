"""``python -m huffvec.gensim script.py``: an unchanged script with gensim's models replaced."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import TracebackType

from huffvec.gensim.notices import show
from huffvec.gensim.substitution import install

USAGE = """\
usage: python -m huffvec.gensim SCRIPT [ARGUMENT ...]
       python -m huffvec.gensim -m MODULE [ARGUMENT ...]
Runs a script or a module as Python does, with gensim's models trained by huffvec.
"""


def main() -> None:
    """Run what the command line says."""
    arguments = sys.argv[1:]
    is_module = arguments[:1] == ["-m"]
    arguments = arguments[is_module:]
    if not arguments or arguments[0].startswith("-"):
        _end(USAGE)
    show()
    install()
    sys.excepthook = _without_these_frames
    sys.argv = arguments
    if is_module:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    else:
        _run_script(Path(arguments[0]))


def _run_script(script: Path) -> None:
    if not script.exists():
        _end(f"{sys.executable}: can't open file {str(script.absolute())!r}: it does not exist\n")
    if not getattr(sys.flags, "safe_path", False):  # from Python 3.11 on
        sys.path[0] = str(script.resolve().parent)
    runpy.run_path(str(script), run_name="__main__")


def _end(message: str) -> None:
    """End as Python does when it is called in a wrong way."""
    sys.stderr.write(message)
    sys.exit(2)


def _without_these_frames(
    kind: type[BaseException], error: BaseException, frames: TracebackType | None
) -> None:
    """Print an error as if Python had run the script by itself."""
    ours = {__file__, runpy.__file__, "<frozen runpy>"}
    inside = frames
    while inside is not None and inside.tb_frame.f_code.co_filename in ours:
        inside = inside.tb_next
    sys.__excepthook__(kind, error.with_traceback(inside), inside)


if __name__ == "__main__":
    main()
